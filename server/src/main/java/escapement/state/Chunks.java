package escapement.state;

import escapement.access.Principal;
import escapement.catalog.Catalog;
import escapement.json.Fault;
import escapement.json.InvalidInputException;
import escapement.json.Storable;
import escapement.queue.Enqueuer;
import escapement.queue.Enqueuer.Accepted;
import escapement.queue.Past;
import escapement.queue.Restored;
import escapement.task.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Takes some hundred tasks of a file over at a time: what is here stays, what is wrong is refused, the rest is stored. For one thread. */
final class Chunks {
    private final StateStore store;
    private final Enqueuer enqueuer;
    private final Catalog catalog;
    private final Principal principal;
    private final StateFile file;
    private final boolean dryRun;
    private final Consumer<ImportedTask> report;
    private final String installation;
    private final Hashes wouldBe = new Hashes(); // in a dry run, those that would be here by now
    private final List<Long> awaitingBranch = new ArrayList<>();

    Chunks(
            StateStore store,
            Enqueuer enqueuer,
            Catalog catalog,
            Principal principal,
            StateFile file,
            boolean dryRun,
            Consumer<ImportedTask> report) {
        this.store = store;
        this.enqueuer = enqueuer;
        this.catalog = catalog;
        this.principal = principal;
        this.file = file;
        this.dryRun = dryRun;
        this.report = report;
        this.installation = store.installation();
    }

    /**
     * Takes these over.
     *
     * @param last whether nothing more will come that they could wait for
     * @return those that name tasks which are not here yet
     */
    List<FileTask> take(List<FileTask> tasks, boolean last) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        Map<String, Long> here = here(tasks);
        Map<String, FileTask> open = new LinkedHashMap<>();
        List<FileTask> kept = new ArrayList<>();
        for (FileTask task : tasks) {
            String key = task.name().key();
            if (here.containsKey(key)) {
                kept.add(task);
            } else if (open.putIfAbsent(key, task) != null || wouldBe.has(key)) {
                refuse(
                        task,
                        new Fault(
                                task.path() + "/id",
                                Storable.shorten(task.name().id()),
                                "is used by an earlier task of this file"));
            }
        }
        keep(kept, here);
        List<FileTask> later = setAside(open, here, last);
        while (!open.isEmpty() && !store(open, here)) {
            later.addAll(setAside(open, here, last)); // what was refused takes those with it that wait for it
        }
        return later;
    }

    /** What of the tasks, and of those that they name, is here already. */
    private Map<String, Long> here(Collection<FileTask> tasks) {
        Set<Name> names = new HashSet<>();
        for (FileTask task : tasks) {
            names.add(task.name());
            names.addAll(task.needs());
        }
        Map<String, Long> here = store.byKey(names.stream().map(Name::key).toList());
        // an export of this very installation names its own tasks by their ids
        Map<Long, String> own = names.stream()
                .filter(name -> name.source().equals(installation) && name.id().matches("[0-9]{1,18}"))
                .collect(Collectors.toMap(name -> Long.parseLong(name.id()), Name::key, (a, b) -> a));
        if (!own.isEmpty()) {
            store.existing(own.keySet()).forEach(id -> here.put(own.getOrDefault(id, ""), id));
        }
        return here;
    }

    private void keep(List<FileTask> kept, Map<String, Long> here) {
        if (kept.isEmpty()) {
            return;
        }
        Map<Long, TaskStatus> standing = store.standing(kept.stream()
                .map(task -> here.getOrDefault(task.name().key(), 0L))
                .toList());
        for (FileTask task : kept) {
            Long id = here.get(task.name().key());
            report.accept(new ImportedTask(
                    task.path(), task.name().id(), id, Verdict.KEPT, standing.get(id), "is here already", List.of()));
        }
    }

    /** Takes those out of {@code open} that cannot be stored yet; for good, if they never can. */
    private List<FileTask> setAside(Map<String, FileTask> open, Map<String, Long> here, boolean last) {
        List<FileTask> later = new ArrayList<>();
        boolean moved = true;
        while (moved) {
            List<FileTask> stuck = open.values().stream()
                    .filter(task -> unknown(task, open, here) != null
                            && !(last && task.past().hasEnded()))
                    .toList();
            moved = !stuck.isEmpty();
            for (FileTask task : stuck) {
                Name name = unknown(task, open, here);
                open.remove(task.name().key());
                if (!last) {
                    later.add(task);
                } else if (name != null) {
                    refuse(
                            task,
                            new Fault(
                                    task.path(),
                                    Storable.shorten(name.id()),
                                    "names this task, which is neither here nor in the file, or was refused, or waits"
                                            + " for this one"));
                }
            }
        }
        return later;
    }

    private @Nullable Name unknown(FileTask task, Map<String, FileTask> open, Map<String, Long> here) {
        for (Name name : task.needs()) {
            if (!here.containsKey(name.key()) && !open.containsKey(name.key()) && !wouldBe.has(name.key())) {
                return name;
            }
        }
        return null;
    }

    /** @return false when some were refused, and taken out of {@code open}: to be done again with the others */
    private boolean store(Map<String, FileTask> open, Map<String, Long> here) {
        List<FileTask> tasks = List.copyOf(open.values());
        List<Restored> restored = new ArrayList<>();
        for (FileTask task : tasks) {
            List<Fault> faults = new ArrayList<>();
            Restored one = task.restored(key -> idOf(key, open, here), awaits(task), faults);
            if (faults.isEmpty()) {
                restored.add(one);
            } else {
                open.remove(task.name().key());
                refuse(task, faults);
            }
        }
        if (restored.size() < tasks.size()) {
            return false;
        }
        try {
            List<@Nullable Long> ids = store(restored);
            for (int i = 0; i < tasks.size(); i++) {
                tell(tasks.get(i), ids.get(i));
            }
            return true;
        } catch (InvalidInputException e) {
            if (!refuse(open, e.faults())) {
                storeOneByOne(open, here, e.faults());
            }
            return false;
        }
    }

    private @Nullable String idOf(String key, Map<String, FileTask> open, Map<String, Long> here) {
        Long id = here.get(key);
        return id != null ? Long.toString(id) : open.containsKey(key) || wouldBe.has(key) ? key : null;
    }

    private boolean awaits(FileTask task) {
        // an export says BLOCKED of those that still wait; the original did not know them
        boolean waits = file.source().isEmpty()
                || task.raw().path("status").asText().equalsIgnoreCase(TaskStatus.BLOCKED.name());
        return waits && !task.past().hasEnded() && task.past().attempts().isEmpty() && file.isTarget(task.name());
    }

    private List<@Nullable Long> store(List<Restored> restored) {
        List<@Nullable Long> ids = new ArrayList<>();
        if (dryRun) {
            enqueuer.checkRestored(principal, restored);
            restored.forEach(one -> {
                wouldBe.add(one.past().key());
                ids.add(null);
            });
            return ids;
        }
        List<Accepted> accepted = enqueuer.restore(principal, restored);
        for (int i = 0; i < accepted.size(); i++) {
            ids.add(accepted.get(i).id());
            if (restored.get(i).awaitsBranch()) {
                awaitingBranch.add(accepted.get(i).id());
            }
        }
        return ids;
    }

    /** @return whether the faults said whose they were */
    private boolean refuse(Map<String, FileTask> open, List<Fault> faults) {
        Map<FileTask, List<Fault>> byTask = new LinkedHashMap<>();
        for (FileTask task : open.values()) {
            List<Fault> own = faults.stream()
                    .filter(fault ->
                            fault.path().equals(task.path()) || fault.path().startsWith(task.path() + "/"))
                    .toList();
            if (!own.isEmpty()) {
                byTask.put(task, own);
            }
        }
        byTask.forEach((task, own) -> {
            open.remove(task.name().key());
            refuse(task, own);
        });
        return !byTask.isEmpty();
    }

    /** Some are wrong and nobody says which, so each is tried alone; what names one of the others waits for the next round. */
    private void storeOneByOne(Map<String, FileTask> open, Map<String, Long> here, List<Fault> faults) {
        if (open.size() == 1) {
            refuse(open.values().iterator().next(), faults);
            open.clear();
            return;
        }
        Map<String, FileTask> all = new HashMap<>(open);
        for (FileTask task : List.copyOf(open.values())) {
            if (task.needs().stream().noneMatch(name -> all.containsKey(name.key()))) {
                open.remove(task.name().key());
                Map<String, FileTask> alone =
                        new LinkedHashMap<>(Map.of(task.name().key(), task));
                while (!alone.isEmpty() && !store(alone, here)) {
                    // refused, and so taken out
                }
            }
        }
        if (open.size() == all.size()) { // all name each other
            open.values().forEach(task -> refuse(task, faults));
            open.clear();
        }
    }

    private void tell(FileTask task, @Nullable Long id) {
        Past past = task.past();
        boolean resumable = past.reason() != null && past.reason().startsWith(Past.RESUMABLE);
        Verdict verdict = resumable ? Verdict.RESUMABLE : past.hasEnded() ? Verdict.KEPT : Verdict.RESTORED;
        String note = task.note();
        if (resumable) {
            note = past.reason();
        } else if (!past.hasEnded()
                && catalog.find(task.asked().path("action_name").asText()) == null) {
            note = (note == null ? "" : note + "; ")
                    + "action not registered: it waits until a node offers it, and till then "
                    + "nothing says which of its parameters are sensitive: they are kept as the file has them";
        }
        report.accept(new ImportedTask(task.path(), task.name().id(), id, verdict, past.status(), note, List.of()));
    }

    void refuse(String path, @Nullable String id, List<Fault> faults) {
        report.accept(new ImportedTask(path, id, null, Verdict.REFUSED, null, null, List.copyOf(faults)));
    }

    private void refuse(FileTask task, Fault fault) {
        refuse(task, List.of(fault));
    }

    private void refuse(FileTask task, List<Fault> faults) {
        refuse(task.path(), task.name().id(), faults);
    }

    /** All of the file has been seen: what waits for branches of tasks that were refused is not to wait for ever. */
    void end() {
        for (int from = 0; from < awaitingBranch.size(); from += Enqueuer.MAX_BATCH) {
            enqueuer.skipUntaken(
                    principal,
                    awaitingBranch.subList(from, Math.min(awaitingBranch.size(), from + Enqueuer.MAX_BATCH)));
        }
    }
}
