/** Breaks a real cluster in every way that can be arranged on one machine, and asks afterwards whether anything was lost or done twice. */
package escapement.fault;
