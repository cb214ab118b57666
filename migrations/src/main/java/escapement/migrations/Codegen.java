package escapement.migrations;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import liquibase.resource.ClassLoaderResourceAccessor;
import liquibase.resource.Resource;
import org.jooq.Constants;
import org.jooq.codegen.DefaultGeneratorStrategy;
import org.jooq.codegen.GenerationTool;
import org.jooq.meta.Definition;
import org.jooq.meta.jaxb.Configuration;
import org.jooq.meta.jaxb.Database;
import org.jooq.meta.jaxb.Generate;
import org.jooq.meta.jaxb.Generator;
import org.jooq.meta.jaxb.Jdbc;
import org.jooq.meta.jaxb.Logging;
import org.jooq.meta.jaxb.SchemaMappingType;
import org.jooq.meta.jaxb.Strategy;
import org.jooq.meta.jaxb.Target;

/**
 * Generates the jOOQ classes from a real database, during the build: starts a PostgreSQL, migrates it, reads it.
 */
public final class Codegen {
    private static final String RESOURCES = "escapement/migrations";

    private Codegen() {}

    public static void main(String[] args) throws Exception {
        Path target = Path.of(args[0]);
        Path stamp = target.resolve(".stamp");
        String inputs = hashOfInputs();
        if (Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
            return;
        }
        long begin = System.nanoTime();
        Path folder = Files.createTempDirectory("escapement-codegen");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.throwAway(folder))) {
            Migrations.migrate(postgres.url(), postgres.user(), postgres.password());
            GenerationTool.generate(configuration(postgres, target));
        } finally {
            Folders.delete(folder);
        }
        Files.writeString(stamp, inputs);
        System.out.printf("jOOQ classes generated in %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    }

    private static Configuration configuration(EmbeddedPostgres postgres, Path target) {
        return new Configuration()
                .withLogging(Logging.WARN)
                .withJdbc(new Jdbc()
                        .withUrl(postgres.url())
                        .withUser(postgres.user())
                        .withPassword(postgres.password()))
                .withGenerator(new Generator()
                        .withStrategy(new Strategy().withName(Packages.class.getName()))
                        .withDatabase(new Database()
                                .withName("org.jooq.meta.postgres.PostgresDatabase")
                                .withSchemata(
                                        new SchemaMappingType().withInputSchema("escapement"),
                                        new SchemaMappingType().withInputSchema("report"))
                                // Partitions are reached through their table.
                                .withExcludes("(?i:databasechangelog.*)|.*_(default|\\d{6})"))
                        .withGenerate(
                                new Generate().withGeneratedAnnotation(false).withDeprecationOnUnknownTypes(false))
                        .withTarget(new Target()
                                .withPackageName("escapement.db.generated")
                                .withDirectory(target.toString())));
    }

    /** Everything the generated classes depend on: the changelog, jOOQ's version and this class. */
    private static String hashOfInputs() throws IOException, NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(Constants.FULL_VERSION.getBytes(StandardCharsets.UTF_8));
        for (Resource resource : inputs()) {
            digest.update(resource.getPath().getBytes(StandardCharsets.UTF_8));
            try (InputStream in = resource.openInputStream()) {
                digest.update(in.readAllBytes());
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static List<Resource> inputs() throws IOException {
        ClassLoaderResourceAccessor resources = new ClassLoaderResourceAccessor(Codegen.class.getClassLoader());
        return resources.search(RESOURCES, true).stream()
                .filter(resource -> resource.getPath().matches(".*(\\.sql|\\.xml|/Codegen(\\$\\w+)?\\.class)"))
                .sorted(Comparator.comparing(Resource::getPath))
                .toList();
    }

    /** Puts the tables into the package itself and only the views into one named after their schema. */
    public static final class Packages extends DefaultGeneratorStrategy {
        @Override
        public String getJavaPackageName(Definition definition, Mode mode) {
            return super.getJavaPackageName(definition, mode).replaceFirst("generated\\.escapement", "generated");
        }
    }
}
