package io.natsproxy.webflux.server;

import java.lang.reflect.Method;

import io.natsproxy.webflux.annotation.NatsController;
import org.jspecify.annotations.Nullable;

import org.springframework.util.ClassUtils;

/**
 * A route for NATS was declared in a bean that is no {@link NatsController}, or in one
 * that is a {@code @Controller} too, and so would be served over HTTP or not at all.
 */
public class MisplacedNatsMappingException extends RuntimeException {

	private final Class<?> beanType;

	MisplacedNatsMappingException(Class<?> beanType, @Nullable Method method) {
		super((method != null)
				? "Method '" + method.getName() + "' of " + ClassUtils.getUserClass(beanType).getName()
						+ " is mapped to NATS, but its class is not a @NatsController"
				: ClassUtils.getUserClass(beanType).getName() + " is both a @NatsController and a @Controller");
		this.beanType = ClassUtils.getUserClass(beanType);
	}

	/**
	 * Creates the exception for a bean with {@code @NatsWebSocket} that serves none.
	 */
	MisplacedNatsMappingException(Class<?> beanType) {
		super(ClassUtils.getUserClass(beanType).getName()
				+ " has a @NatsWebSocket annotation, but it is not a WebSocketHandler");
		this.beanType = ClassUtils.getUserClass(beanType);
	}

	/**
	 * Returns the class that must change.
	 * @return the class of the bean
	 */
	public Class<?> getBeanType() {
		return this.beanType;
	}

}
