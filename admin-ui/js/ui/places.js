// @ts-check
/** The screens a reader can go to, in the order of the navigation. */

export const PLACES = [
  { path: '/', name: 'Overview', keys: 'g o' },
  { path: '/tasks', name: 'Tasks', keys: 'g t' },
  { path: '/approvals', name: 'Approvals', keys: 'g p' },
  { path: '/submit', name: 'Submit', keys: 'g s' },
  { path: '/calibration', name: 'Calibration', keys: 'g c' },
  { path: '/metrics', name: 'Metrics', keys: 'g m' },
  { path: '/reports', name: 'Reports', keys: 'g r' },
  { path: '/nodes', name: 'Nodes', keys: 'g n' },
  { path: '/policy', name: 'Policy', keys: 'g l' },
  { path: '/people', name: 'People', keys: 'g e' },
  { path: '/audit', name: 'Audit', keys: 'g a' },
];

/**
 * @param {string} place
 * @param {string} path where the reader is
 */
export const isAt = (place, path) => (place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`));
