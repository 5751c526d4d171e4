package io.natsproxy.webflux.annotation;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * A component whose methods answer HTTP requests that arrive over NATS. What the methods
 * may take and return is what Spring WebFlux lets the methods of a
 * {@code @RestController} take and return. It is no {@code @Controller}, so that none of
 * its routes is served over HTTP. Spring's own {@code @RequestMapping},
 * {@code @GetMapping} and {@code @HttpExchange} on its methods are mapped to NATS as
 * well.
 *
 * @see NatsGet
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Component
@ResponseBody
public @interface NatsController {

	/**
	 * Alias for {@link Component#value}.
	 * @return the name of the component
	 */
	@AliasFor(annotation = Component.class)
	String value() default "";

}
