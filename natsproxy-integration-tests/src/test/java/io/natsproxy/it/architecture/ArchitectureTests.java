package io.natsproxy.it.architecture;

import java.util.Set;
import java.util.regex.Pattern;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions between modules, and other rules that no compiler checks.
 */
@AnalyzeClasses(packages = { "io.natsproxy", ArchitectureTests.BRIDGES },
		importOptions = { ImportOption.DoNotIncludeTests.class, ArchitectureTests.DoNotIncludeNatsClient.class })
class ArchitectureTests {

	/**
	 * The package of the NATS client in which a few classes of ours stand, because what
	 * they need is package-private there.
	 */
	static final String BRIDGES = "io.nats.client.impl";

	private static final Set<String> BLOCKING = Set.of("block", "blockFirst", "blockLast", "blockOptional", "toStream",
			"toIterable");

	@ArchTest
	static final ArchRule coreKnowsNoSpring = noClasses().that()
		.resideInAPackage("io.natsproxy.core..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "io.natsproxy.webflux..", "io.natsproxy.boot..",
				"io.natsproxy.gateway..", "io.natsproxy.client..", "io.natsproxy.agent..", "io.natsproxy.broker..");

	@ArchTest
	static final ArchRule webfluxKnowsNoBoot = noClasses().that()
		.resideInAPackage("io.natsproxy.webflux..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.natsproxy.boot..", "io.natsproxy.gateway..",
				"io.natsproxy.client..", "io.natsproxy.broker..");

	@ArchTest
	static final ArchRule theConnectorOfJettyKnowsNoSpring = noClasses().that()
		.resideInAPackage("io.natsproxy.jetty..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "io.natsproxy.webflux..", "io.natsproxy.boot..",
				"io.natsproxy.gateway..", "io.natsproxy.client..", "io.natsproxy.servlet..", "io.natsproxy.broker..");

	/**
	 * Jetty exports its internal packages to nobody.
	 */
	@ArchTest
	static final ArchRule theConnectorOfJettyUsesWhatJettyExports = noClasses().that()
		.resideInAPackage("io.natsproxy.jetty..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.eclipse.jetty..internal..");

	@ArchTest
	static final ArchRule servletApplicationsKnowNoWebFlux = noClasses().that()
		.resideInAPackage("io.natsproxy.servlet..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.web.reactive..", "io.natsproxy.webflux..", "io.natsproxy.gateway..",
				"io.natsproxy.client..", "io.natsproxy.broker..");

	@ArchTest
	static final ArchRule theConnectionKnowsNoWeb = noClasses().that()
		.resideInAPackage("io.natsproxy.boot..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.web..", "org.springframework.http..", "io.natsproxy.webflux..");

	@ArchTest
	static final ArchRule theGatewayKnowsNoBoot = noClasses().that()
		.resideInAPackage("io.natsproxy.gateway..")
		.and()
		.resideOutsideOfPackages("io.natsproxy.gateway.autoconfigure..", "io.natsproxy.gateway.app..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.natsproxy.boot..", "io.natsproxy.broker..");

	@ArchTest
	static final ArchRule theAgentKnowsNoBoot = noClasses().that()
		.resideInAPackage("io.natsproxy.agent..")
		.and()
		.resideOutsideOfPackages("io.natsproxy.agent.autoconfigure..", "io.natsproxy.agent.app..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "io.natsproxy.boot..", "io.natsproxy.broker..");

	@ArchTest
	static final ArchRule theAgentIsNeitherGatewayNorService = noClasses().that()
		.resideInAPackage("io.natsproxy.agent..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.natsproxy.gateway..", "io.natsproxy.client..");

	@ArchTest
	static final ArchRule theConnectionKnowsNoStarter = noClasses().that()
		.resideInAPackage("io.natsproxy.boot..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.natsproxy.gateway..", "io.natsproxy.client..");

	@ArchTest
	static final ArchRule gatewayAndServiceDoNotKnowEachOther = noClasses().that()
		.resideInAPackage("io.natsproxy.gateway..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.natsproxy.client..");

	@ArchTest
	static final ArchRule serviceAndGatewayDoNotKnowEachOther = noClasses().that()
		.resideInAPackage("io.natsproxy.client..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.natsproxy.gateway..");

	@ArchTest
	static final ArchRule nothingKnowsTheWebServer = noClasses().that()
		.resideInAPackage("io.natsproxy..")
		.and()
		.resideOutsideOfPackages("io.natsproxy.webserver..", "io.natsproxy.samples..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.natsproxy.webserver..");

	@ArchTest
	static final ArchRule theWebServerKnowsNoGateway = noClasses().that()
		.resideInAPackage("io.natsproxy.webserver..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.natsproxy.gateway..");

	@ArchTest
	static final ArchRule theBrokerKnowsNothingOfOurs = noClasses().that()
		.resideInAPackage("io.natsproxy.broker..")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.natsproxy.core..", "io.natsproxy.webflux..", "io.natsproxy.boot..",
				"io.natsproxy.gateway..", "io.natsproxy.client..", "io.nats..");

	@ArchTest
	static final ArchRule theNatsClientAppearsInCoreAndInTheConnectionOnly = noClasses().that()
		.resideInAPackage("io.natsproxy..")
		.and()
		.resideOutsideOfPackages("io.natsproxy.core..", "io.natsproxy.boot..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.nats.client..");

	@ArchTest
	static final ArchRule whatStandsInThePackageOfTheNatsClientIsABridge = classes().that()
		.resideInAPackage(BRIDGES)
		.should()
		.haveSimpleNameEndingWith("Bridge");

	@ArchTest
	static final ArchRule bridgesAreUsedByTransportAndConnectionOnly = classes().that()
		.resideInAPackage(BRIDGES)
		.should()
		.onlyHaveDependentClassesThat()
		.resideInAnyPackage("io.natsproxy.core.transport..", "io.natsproxy.core.connection..");

	@ArchTest
	static final ArchRule bridgesUseTheNatsClientOnly = classes().that()
		.resideInAPackage(BRIDGES)
		.should()
		.onlyDependOnClassesThat()
		.resideInAnyPackage("java..", "io.nats.client..");

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.natsproxy.(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule nothingBlocksOnAPublisher = noClasses().that()
		.resideInAPackage("io.natsproxy..")
		.should()
		.callMethodWhere(new DescribedPredicate<JavaMethodCall>("a publisher is blocked on") {

			@Override
			public boolean test(JavaMethodCall call) {
				JavaClass owner = call.getTargetOwner();
				return BLOCKING.contains(call.getName())
						&& (owner.isAssignableTo(Mono.class) || owner.isAssignableTo(Flux.class));
			}

		});

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule beanMethodsOfAutoConfigurationsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.and()
		.areDeclaredInClassesThat()
		.resideInAPackage("..autoconfigure..")
		.should()
		.bePackagePrivate();

	/**
	 * Packages whose types annotations and hooks do not name.
	 */
	private static final String[] INTERNAL = { "io.natsproxy.core.transport..", "io.natsproxy.core.subject..",
			"io.natsproxy.core.memory..", "io.natsproxy.core.liveness..", "io.natsproxy.core.log..",
			"io.natsproxy.core.exchange.listener..", "io.natsproxy.core.websocket.gateway.." };

	@ArchTest
	static final ArchRule annotationsAndHooksNameNothingInternal = noClasses().that()
		.resideInAnyPackage("io.natsproxy.webflux.annotation..", "io.natsproxy.gateway.hook..")
		.and()
		.arePublic()
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage(INTERNAL);

	/**
	 * Leaves out the classes of the NATS client itself, which share a package with ours.
	 */
	static final class DoNotIncludeNatsClient implements ImportOption {

		private static final Pattern JAR = Pattern.compile(".*/jnats-[^/]*\\.jar!/.*");

		@Override
		public boolean includes(Location location) {
			return !location.matches(JAR);
		}

	}

}
