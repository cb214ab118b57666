package escapement.access;

import escapement.json.Fault;
import escapement.json.InvalidInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A token as somebody wants it.
 *
 * @param name of the person or program it stands for; several tokens of one name are one principal
 * @param groups of approvers to which it belongs
 */
public record NewToken(String name, List<Role> roles, List<String> groups, Duration lifetime) {
    public static final int DEFAULT_DAYS = 90;
    public static final int MOST_DAYS = 365;

    private static final int MOST_GROUPS = 20;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");
    private static final String NAME_WANTED =
            "must be 1 to 64 lower-case letters, digits, dots, dashes, underscores or @, beginning with a letter or digit";
    private static final List<String> RESERVED = List.of(Principal.LOCAL.name(), Principal.SERVER.name());

    /** @throws InvalidInputException when something is wrong, with all that is */
    public NewToken {
        roles = roles.stream().distinct().sorted().toList();
        groups = groups.stream().distinct().sorted().toList();
        List<Fault> faults = new ArrayList<>();
        if (!NAME.matcher(name).matches()) {
            faults.add(new Fault("/name", name, NAME_WANTED));
        } else if (RESERVED.contains(name)) {
            faults.add(new Fault("/name", name, "is a name of the server itself: choose another"));
        }
        if (roles.isEmpty()) {
            faults.add(new Fault("/roles", null, "must name at least one role"));
        }
        if (groups.size() > MOST_GROUPS) {
            faults.add(new Fault("/groups", groups.size() + " groups", "must be at most " + MOST_GROUPS));
        }
        for (String group : groups) {
            if (!NAME.matcher(group).matches()) {
                faults.add(new Fault("/groups", group, NAME_WANTED));
            }
        }
        if (!faults.isEmpty()) {
            throw new InvalidInputException(faults);
        }
    }
}
