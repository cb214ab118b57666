package escapement.admin;

import io.javalin.config.RoutesConfig;

/** What the server answers of one subject. */
public interface Routes {
    void addTo(RoutesConfig routes);
}
