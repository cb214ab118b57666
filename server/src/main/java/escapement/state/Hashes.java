package escapement.state;

import java.nio.charset.StandardCharsets;

/**
 * A set of texts by 64 bits of each: eight bytes or sixteen a text, where a million of them would take a hundred. Two texts
 * out of a million share their bits once in thirty million files. For one thread.
 */
final class Hashes {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private long[] slots = new long[1024];
    private int size;

    void add(String text) {
        if (size * 2 >= slots.length) {
            grow();
        }
        if (put(slots, hash(text))) {
            size++;
        }
    }

    boolean has(String text) {
        long hash = hash(text);
        for (int at = place(hash, slots.length); slots[at] != 0; at = (at + 1) & (slots.length - 1)) {
            if (slots[at] == hash) {
                return true;
            }
        }
        return false;
    }

    private void grow() {
        long[] larger = new long[slots.length * 2];
        for (long hash : slots) {
            if (hash != 0) {
                put(larger, hash);
            }
        }
        slots = larger;
    }

    private static boolean put(long[] slots, long hash) {
        int at = place(hash, slots.length);
        while (slots[at] != 0) {
            if (slots[at] == hash) {
                return false;
            }
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = hash;
        return true;
    }

    private static int place(long hash, int length) {
        return (int) (hash >>> 32) & (length - 1);
    }

    // FNV-1a with a final mix; 0 marks an empty slot
    private static long hash(String text) {
        long hash = FNV_OFFSET;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 29;
        return hash == 0 ? 1 : hash;
    }
}
