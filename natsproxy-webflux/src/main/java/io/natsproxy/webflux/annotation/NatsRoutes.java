package io.natsproxy.webflux.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.AliasFor;

/**
 * A {@code @Bean} method that makes a {@code RouterFunction} whose routes are served over
 * NATS, and not over HTTP. The bean is no default candidate for injection, and to whoever
 * looks it up has no routes.
 *
 * <pre class="code">
 * &#64;NatsRoutes
 * RouterFunction&lt;ServerResponse&gt; routes(TestHandler handler) {
 *     return route().GET("/test/{event}/{session}", handler::test).build();
 * }</pre>
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier("natsRoutes")
@Bean(defaultCandidate = false)
public @interface NatsRoutes {

	/**
	 * Alias for {@link Bean#name}.
	 * @return the names of the bean
	 */
	@AliasFor(annotation = Bean.class)
	String[] name() default {};

}
