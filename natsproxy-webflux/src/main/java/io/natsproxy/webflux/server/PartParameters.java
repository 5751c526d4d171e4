package io.natsproxy.webflux.server;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.http.codec.multipart.FilePart;
import org.springframework.http.codec.multipart.FormFieldPart;
import org.springframework.http.codec.multipart.Part;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.ServerWebExchangeDecorator;
import org.springframework.web.server.ServerWebInputException;

/**
 * The parameters of a handler method that take parts of a certain kind: a client may send
 * a text where a file is expected, which is its fault, and for Spring an argument that
 * the method does not take.
 */
final class PartParameters {

	private static final ParameterNameDiscoverer names = new DefaultParameterNameDiscoverer();

	private final List<ExpectedPart> expected;

	private PartParameters(List<ExpectedPart> expected) {
		this.expected = List.copyOf(expected);
	}

	/**
	 * Finds the parameters of a method.
	 * @param method the method
	 * @param reactiveTypes what may stand around a part
	 */
	static PartParameters of(HandlerMethod method, ReactiveAdapterRegistry reactiveTypes) {
		List<ExpectedPart> expected = new ArrayList<>();
		for (MethodParameter parameter : method.getMethodParameters()) {
			Class<?> type = partType(parameter, reactiveTypes);
			String name = (type == FilePart.class || type == FormFieldPart.class) ? name(parameter) : null;
			if (type != null && name != null) {
				expected.add(new ExpectedPart(name, type));
			}
		}
		return new PartParameters(expected);
	}

	private static @Nullable Class<?> partType(MethodParameter parameter, ReactiveAdapterRegistry reactiveTypes) {
		Class<?> type = parameter.getParameterType();
		if (Collection.class.isAssignableFrom(type) || reactiveTypes.getAdapter(type) != null) {
			type = parameter.nested().getNestedParameterType();
		}
		return Part.class.isAssignableFrom(type) ? type : null;
	}

	private static @Nullable String name(MethodParameter parameter) {
		RequestPart annotation = parameter.getParameterAnnotation(RequestPart.class);
		if (annotation != null && StringUtils.hasLength(annotation.name())) {
			return annotation.name();
		}
		parameter.initParameterNameDiscovery(names);
		return parameter.getParameterName();
	}

	boolean isEmpty() {
		return this.expected.isEmpty();
	}

	/**
	 * Returns an exchange whose parts are of the kinds that are expected, or fail with
	 * 400.
	 */
	ServerWebExchange check(ServerWebExchange exchange) {
		return new ServerWebExchangeDecorator(exchange) {

			@Override
			public Mono<MultiValueMap<String, Part>> getMultipartData() {
				return super.getMultipartData().doOnNext(PartParameters.this::check);
			}

		};
	}

	private void check(MultiValueMap<String, Part> parts) {
		for (ExpectedPart part : this.expected) {
			for (Part found : parts.getOrDefault(part.name(), List.of())) {
				if (!part.type().isInstance(found)) {
					throw new ServerWebInputException("Part '" + part.name() + "' is "
							+ ((part.type() == FilePart.class) ? "no file" : "no form field"));
				}
			}
		}
	}

	/**
	 * A part that a parameter takes.
	 *
	 * @param name its name
	 * @param type its kind
	 */
	private record ExpectedPart(String name, Class<?> type) {
	}

}
