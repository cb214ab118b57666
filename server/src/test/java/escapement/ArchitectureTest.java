package escapement;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Path;
import org.jooq.DSLContext;
import org.junit.jupiter.api.Test;

/** Who may know whom: packages import downwards only, and each library has its place. */
class ArchitectureTest {
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/db/generated/"))
            .importPackages("escapement");

    @Test
    void packages_know_only_packages_below_them() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("escapement..")
                .ensureAllClassesAreContainedInArchitectureIgnoring("escapement.db.generated..")
                .withOptionalLayers(true)
                .layer("root")
                .definedBy("escapement", "escapement.bench..", "escapement.client..", "escapement.drill..")
                .layer("admin")
                .definedBy("escapement.admin..")
                .layer("state")
                .definedBy("escapement.state..")
                .layer("queue")
                .definedBy("escapement.queue..")
                .layer("flow")
                .definedBy(
                        "escapement.node..",
                        "escapement.calibration..",
                        "escapement.follow..",
                        "escapement.verify..",
                        "escapement.catalog..",
                        "escapement.report..",
                        "escapement.workflow..",
                        "escapement.watchdog..",
                        "escapement.webhook..",
                        "escapement.metricslog..",
                        "escapement.doctor..")
                .layer("task")
                .definedBy("escapement.task..")
                .layer("action")
                .definedBy("escapement.action..")
                .layer("rule")
                .definedBy("escapement.branch..", "escapement.reference..")
                .layer("gate")
                .definedBy("escapement.gate..")
                .layer("base")
                .definedBy(
                        "escapement.json..",
                        "escapement.db..",
                        "escapement.thread..",
                        "escapement.quartz..",
                        "escapement.access..",
                        "escapement.secret..",
                        "escapement.migrations..")
                .layer("retry")
                .definedBy("escapement.retry..")
                .whereLayer("root")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("admin")
                .mayOnlyBeAccessedByLayers("root")
                .whereLayer("state")
                .mayOnlyBeAccessedByLayers("root", "admin")
                .whereLayer("queue")
                .mayOnlyBeAccessedByLayers("root", "admin", "state")
                .whereLayer("flow")
                .mayOnlyBeAccessedByLayers("root", "admin", "state", "queue")
                .whereLayer("task")
                .mayOnlyBeAccessedByLayers("root", "admin", "state", "queue", "flow")
                .whereLayer("retry")
                .mayOnlyBeAccessedByLayers("root", "queue", "task")
                .whereLayer("gate")
                .mayOnlyBeAccessedByLayers("root", "admin", "queue")
                .whereLayer("action")
                .mayOnlyBeAccessedByLayers("root", "admin", "state", "queue", "flow", "task", "gate")
                .whereLayer("rule")
                .mayOnlyBeAccessedByLayers("root", "admin", "state", "queue", "flow", "task")
                .check(PRODUCT);
    }

    @Test
    void rules_are_worked_out_from_json_alone() {
        for (String rule : new String[] {"branch", "reference"}) {
            noClasses()
                    .that()
                    .resideInAPackage("escapement." + rule + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("escapement..")
                            .and(not(resideInAnyPackage("escapement." + rule + "..", "escapement.json.."))))
                    .check(PRODUCT);
        }
    }

    @Test
    void the_client_knows_the_api_and_no_database() {
        noClasses()
                .that()
                .resideInAPackage("escapement.client..")
                .should()
                .dependOnClassesThat(resideInAPackage("escapement..")
                        .and(not(resideInAnyPackage("escapement.client..", "escapement.json.."))))
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..")
                .check(PRODUCT);
    }

    @Test
    void packages_know_each_other_in_one_direction_only() {
        slices().matching("escapement.(*)..").should().beFreeOfCycles().check(PRODUCT);
    }

    @Test
    void the_lowest_packages_know_nothing_of_ours() {
        for (String base : new String[] {"db", "json", "thread"}) {
            noClasses()
                    .that()
                    .resideInAPackage("escapement." + base + "..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("escapement..")
                            .and(not(resideInAnyPackage("escapement." + base + "..", "escapement.db.generated.."))))
                    .because(base + " stands on no package of ours")
                    .check(PRODUCT);
        }
    }

    @Test
    void what_a_plug_in_is_compiled_against_knows_nothing_of_ours() {
        noClasses()
                .that()
                .resideInAPackage("escapement.action")
                .should()
                .dependOnClassesThat(resideInAPackage("escapement..").and(not(resideInAPackage("escapement.action"))))
                .check(PRODUCT);
    }

    @Test
    void jooq_is_known_to_the_stores_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("escapement.db..")
                .and()
                .resideOutsideOfPackage("escapement.migrations..")
                .and(not(nestedIn("Store")))
                .should()
                .dependOnClassesThat(resideInAPackage("org.jooq..")
                        .and(not(resideInAPackage("org.jooq.exception..")))
                        .and(not(equivalentTo(DSLContext.class)))) // a transaction, handed on to the stores
                .check(PRODUCT);
        noClasses()
                .that(not(nestedIn("Store")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("escapement.db.generated..")
                .check(PRODUCT);
    }

    @Test
    void sql_is_spoken_by_the_stores_and_the_few_that_say_so() {
        noClasses()
                .that()
                .resideInAnyPackage("escapement.admin..", "escapement.action..", "escapement.json..")
                .and()
                .doNotHaveSimpleName("DatabaseAway") // tells a database that is away from a fault of ours
                .should()
                .dependOnClassesThat()
                .resideInAPackage("java.sql..")
                .check(PRODUCT);
    }

    @Test
    void quartz_is_known_to_its_package_and_the_jobs_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("escapement.quartz..")
                .and(not(nestedIn("Job")))
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.quartz..")
                .check(PRODUCT);
    }

    @Test
    void http_is_known_to_admin_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("escapement.admin..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..")
                .check(PRODUCT);
    }

    @Test
    void the_pool_is_known_to_db_alone() {
        noClasses()
                .that()
                .resideOutsideOfPackage("escapement.db..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("com.zaxxer..")
                .check(PRODUCT);
    }

    @Test
    void nothing_is_deserialised_or_evaluated() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.ObjectInputStream")
                .orShould()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.script..", "java.beans..", "javax.naming..")
                .check(PRODUCT);
    }

    @Test
    void tests_wait_for_something_and_never_for_some_time() {
        JavaClasses tests = new ClassFileImporter().importPath(Path.of(location()));
        noClasses()
                .should()
                .callMethod(Thread.class, "sleep", long.class)
                .orShould()
                .callMethod(Thread.class, "sleep", java.time.Duration.class)
                .orShould()
                .callMethod(Thread.class, "sleep", long.class, int.class)
                .orShould()
                .callMethod(java.util.concurrent.TimeUnit.class, "sleep", long.class)
                .check(tests);
    }

    private static String location() {
        return ArchitectureTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath();
    }

    /** Whose name, or the name of the class they are nested in, ends so. */
    private static DescribedPredicate<JavaClass> nestedIn(String ending) {
        return DescribedPredicate.describe("belong to a *" + ending, type -> {
            JavaClass outer = type;
            while (outer.getEnclosingClass().isPresent()) {
                outer = outer.getEnclosingClass().get();
            }
            return outer.getSimpleName().endsWith(ending);
        });
    }
}
