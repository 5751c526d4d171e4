package io.natsproxy.boot.test.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.natsproxy.boot.test.stub.NatsStubs;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.test.web.reactive.server.WebTestClient;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * Annotation for a test whose application is connected to a broker in this JVM, which all
 * tests share, and uses subjects of its own: each context has a random
 * {@code natsproxy.subject-prefix}, so that contexts which are cached and tests which run
 * at the same time never meet.
 *
 * <p>
 * {@link NatsStubs}, and a {@link WebTestClient} and a {@link RestTestClient} whose
 * requests go over NATS, can be injected; the clients where the context has no others.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
public @interface AutoConfigureNatsTransport {

	/**
	 * Whether the broker in this JVM is used. If not, the application connects to where
	 * it is told to, as by a Testcontainers {@code @ServiceConnection}, and its subjects
	 * have the random prefix all the same.
	 * @return whether the broker in this JVM is used
	 */
	boolean embedded() default true;

}
