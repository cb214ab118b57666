package escapement;

import escapement.action.Action;
import escapement.action.Actions;
import escapement.action.PluginFolder;
import escapement.action.builtin.BuiltIns;
import escapement.action.builtin.CommandFile;
import escapement.catalog.ParamsSchema;
import java.util.ArrayList;
import java.util.List;

/** Puts together what a node offers: built-ins, commands, plug-ins. */
final class OfferedActions {
    private OfferedActions() {}

    /** @throws SettingException when a command file or plug-in cannot be used */
    static Actions of(Config config) {
        List<Action> actions = new ArrayList<>(BuiltIns.all(config.httpAllowed()));
        try {
            config.commands().ifPresent(file -> actions.addAll(CommandFile.read(file)));
        } catch (IllegalArgumentException e) {
            throw new SettingException(Setting.COMMANDS.variable() + ": " + e.getMessage());
        }
        try {
            config.pluginsDir().ifPresent(folder -> actions.addAll(PluginFolder.load(folder)));
            Actions offered = new Actions(actions);
            ParamsSchema.refuseBroken(offered);
            return offered;
        } catch (IllegalArgumentException e) {
            throw new SettingException(Setting.PLUGINS_DIR.variable() + ": " + e.getMessage());
        }
    }
}
