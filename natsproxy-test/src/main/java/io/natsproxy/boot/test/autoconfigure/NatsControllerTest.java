package io.natsproxy.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.server.NatsMiddleware;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.autoconfigure.json.AutoConfigureJson;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.reactive.config.WebFluxConfigurer;
import org.springframework.web.server.WebFilter;

/**
 * Annotation for a test of {@link NatsController} beans alone. Disables full
 * auto-configuration, and applies that of services: the context has controllers,
 * {@link ControllerAdvice}, {@link NatsMiddleware}, {@link WebFilter},
 * {@link WebFluxConfigurer}, converters and modules of Jackson, but neither other
 * {@code @Component} beans nor a port. What controllers need besides is imported, or
 * mocked by {@code @MockitoBean}.
 *
 * <p>
 * A {@link WebTestClient} and a {@link RestTestClient} can be injected. Their requests go
 * over NATS, by the broker and under the subject prefix of
 * {@link AutoConfigureNatsTransport}. For a test of the whole application combine
 * {@link SpringBootTest @SpringBootTest} with {@link AutoConfigureNatsTransport}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(NatsControllerTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(NatsControllerTypeExcludeFilter.class)
@AutoConfigureJson
@AutoConfigureNatsTransport
@ImportAutoConfiguration
public @interface NatsControllerTest {

	/**
	 * Properties in the form key=value that are added to the Spring {@link Environment}
	 * before the test runs.
	 * @return the properties to add
	 */
	String[] properties() default {};

	/**
	 * The controllers to test, an alias of {@link #controllers()}.
	 * @return the controllers to test
	 */
	@AliasFor("controllers")
	Class<?>[] value() default {};

	/**
	 * The controllers to test. All {@link NatsController} beans where none is named.
	 * @return the controllers to test
	 */
	@AliasFor("value")
	Class<?>[] controllers() default {};

	/**
	 * Whether the kinds of beans above are included by default.
	 * @return whether default filters are used
	 */
	boolean useDefaultFilters() default true;

	/**
	 * Filters of beans to add, which would not be there otherwise.
	 * @return the filters
	 */
	ComponentScan.Filter[] includeFilters() default {};

	/**
	 * Filters of beans to leave out, which would be there otherwise.
	 * @return the filters
	 */
	ComponentScan.Filter[] excludeFilters() default {};

	/**
	 * Auto-configuration to leave out.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
