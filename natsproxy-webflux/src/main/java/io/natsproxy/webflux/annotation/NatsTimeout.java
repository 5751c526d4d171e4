package io.natsproxy.webflux.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Tells how long a handler method takes at the most until the head of its response: a
 * gateway waits as long, as far as its {@code natsproxy.gateway.max-timeout} allows, in
 * place of its own time-out. On a type, it holds for all of its methods that do not say
 * otherwise. Without effect on WebSockets, and on callers that are no gateways.
 *
 * @see NatsController
 */
@Target({ ElementType.TYPE, ElementType.METHOD })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface NatsTimeout {

	/**
	 * The time, positive, such as {@code 500ms}, {@code 30s} or {@code PT1M}.
	 * @return the time
	 */
	String value();

}
