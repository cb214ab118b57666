package escapement.access;

/** From where somebody asks for something. @param address of the caller's machine, as this node sees it */
public record Origin(String address, Via via) {
    /** By which way. */
    public enum Via {
        API,
        PAGE,
        CLI
    }
}
