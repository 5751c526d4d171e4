package io.natsproxy.webflux.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.web.bind.annotation.RequestMethod;

/**
 * Maps PATCH requests that arrive over NATS to a method of a {@link NatsController}.
 *
 * @see NatsController
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@NatsMapping(method = RequestMethod.PATCH)
public @interface NatsPatch {

	/**
	 * Alias for {@link NatsMapping#name}.
	 * @return the name of the route
	 */
	@AliasFor(annotation = NatsMapping.class)
	String name() default "";

	/**
	 * Alias for {@link NatsMapping#value}.
	 * @return the path patterns
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] value() default {};

	/**
	 * Alias for {@link NatsMapping#path}.
	 * @return the path patterns
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] path() default {};

	/**
	 * Alias for {@link NatsMapping#params}.
	 * @return conditions on the query
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] params() default {};

	/**
	 * Alias for {@link NatsMapping#headers}.
	 * @return conditions on the header fields
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] headers() default {};

	/**
	 * Alias for {@link NatsMapping#consumes}.
	 * @return the media types that are consumed
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] consumes() default {};

	/**
	 * Alias for {@link NatsMapping#produces}.
	 * @return the media types that are produced
	 */
	@AliasFor(annotation = NatsMapping.class)
	String[] produces() default {};

	/**
	 * Alias for {@link NatsMapping#version}.
	 * @return the API version
	 */
	@AliasFor(annotation = NatsMapping.class)
	String version() default "";

}
