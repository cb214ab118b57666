package escapement.workflow;

/** A task that another one names: of the same request, or stored before. */
public sealed interface Place {
    record InRequest(int index) implements Place {}

    record Stored(long id) implements Place {}
}
