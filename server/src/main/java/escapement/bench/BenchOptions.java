package escapement.bench;

import java.nio.file.Path;
import java.util.List;

/**
 * What to measure.
 *
 * @param tasks sizes of the drains
 * @param limits of tasks at once, for the drains
 * @param nodes how many drain together in one process
 * @param processes how many drain together, each of one node
 * @param seconds that each submit measure lasts
 * @param rate of submits in the flow, tasks a second
 * @param samples of each latency
 * @param folder for the reports
 */
public record BenchOptions(
        List<Measure> measures,
        List<Integer> tasks,
        List<Integer> limits,
        List<Integer> nodes,
        List<Integer> processes,
        int rounds,
        int seconds,
        int rate,
        int flowSeconds,
        int samples,
        Path folder) {

    public BenchOptions {
        measures = List.copyOf(measures);
        tasks = List.copyOf(tasks);
        limits = List.copyOf(limits);
        nodes = List.copyOf(nodes);
        processes = List.copyOf(processes);
    }

    /** What can be measured. */
    public enum Measure {
        SUBMIT_SINGLE,
        SUBMIT_BULK,
        DRAIN,
        NODES,
        PROCESSES,
        IDLE,
        FLOW,
        LATENCY,
        RETRY,
        WORKFLOW,
        GROWTH,
        GATE,
        STATE
    }
}
