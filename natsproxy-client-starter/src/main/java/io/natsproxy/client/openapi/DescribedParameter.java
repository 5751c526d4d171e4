package io.natsproxy.client.openapi;

import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.MethodParameter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.http.HttpEntity;
import org.springframework.http.codec.multipart.Part;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RequestPart;
import org.springframework.web.bind.annotation.ValueConstants;

/**
 * What a parameter of a handler is to a client.
 *
 * @param place where it stands in a request
 * @param name its name
 * @param type its type
 * @param required whether it must be there
 * @param defaultValue the value where it is not; {@code null} for none
 */
record DescribedParameter(Place place, String name, Type type, boolean required, @Nullable String defaultValue) {

	/**
	 * Where a parameter stands.
	 */
	enum Place {

		/**
		 * A variable of the path.
		 */
		PATH,

		/**
		 * A parameter of the query.
		 */
		QUERY,

		/**
		 * A header field.
		 */
		HEADER,

		/**
		 * A cookie.
		 */
		COOKIE,

		/**
		 * The whole body.
		 */
		BODY,

		/**
		 * A part of a multipart form.
		 */
		PART;

		String in() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	private static final DefaultParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	/**
	 * Header fields that OpenAPI describes elsewhere, in lower case.
	 */
	private static final Set<String> OTHERWISE = Set.of("accept", "content-type", "authorization");

	/**
	 * Reads a parameter.
	 * @return the parameter, or {@code null} if it is none of a client
	 */
	static @Nullable DescribedParameter of(MethodParameter parameter) {
		parameter.initParameterNameDiscovery(NAMES);
		Class<?> type = parameter.getParameterType();
		PathVariable path = parameter.getParameterAnnotation(PathVariable.class);
		if (path != null) {
			return isMap(type) ? null : named(Place.PATH, path.name(), parameter, true, null);
		}
		RequestHeader header = parameter.getParameterAnnotation(RequestHeader.class);
		if (header != null) {
			DescribedParameter described = isMap(type) ? null
					: named(Place.HEADER, header.name(), parameter, header.required(), header.defaultValue());
			return (described != null && !OTHERWISE.contains(described.name().toLowerCase(Locale.ROOT))) ? described
					: null;
		}
		CookieValue cookie = parameter.getParameterAnnotation(CookieValue.class);
		if (cookie != null) {
			return named(Place.COOKIE, cookie.name(), parameter, cookie.required(), cookie.defaultValue());
		}
		RequestParam query = parameter.getParameterAnnotation(RequestParam.class);
		if (query != null) {
			return (isMap(type) && query.name().isEmpty()) ? null
					: named(Place.QUERY, query.name(), parameter, query.required(), query.defaultValue());
		}
		RequestPart part = parameter.getParameterAnnotation(RequestPart.class);
		if (part != null || isPart(parameter)) {
			return part(part, parameter);
		}
		RequestBody body = parameter.getParameterAnnotation(RequestBody.class);
		if (body != null || HttpEntity.class.isAssignableFrom(type)) {
			return new DescribedParameter(Place.BODY, "body", parameter.getGenericParameterType(),
					body != null && body.required(), null);
		}
		// As Spring resolves it.
		return (BeanUtils.isSimpleProperty(type) && parameter.getParameterAnnotations().length == 0)
				? named(Place.QUERY, "", parameter, false, null) : null;
	}

	private static boolean isMap(Class<?> type) {
		return Map.class.isAssignableFrom(type) || type.getName().equals("org.springframework.http.HttpHeaders");
	}

	private static @Nullable DescribedParameter named(Place place, String name, MethodParameter parameter,
			boolean required, @Nullable String defaultValue) {
		String found = name.isEmpty() ? parameter.getParameterName() : name;
		if (found == null) {
			return null;
		}
		boolean optional = Optional.class == parameter.getParameterType();
		String value = ValueConstants.DEFAULT_NONE.equals(defaultValue) ? null : defaultValue;
		Type type = optional ? ResolvableType.forMethodParameter(parameter).getGeneric().getType()
				: parameter.getGenericParameterType();
		return new DescribedParameter(place, found, type,
				place == Place.PATH || (required && !optional && value == null), value);
	}

	private static boolean isPart(MethodParameter parameter) {
		return Part.class.isAssignableFrom(element(parameter).resolve(Object.class));
	}

	private static @Nullable DescribedParameter part(@Nullable RequestPart part, MethodParameter parameter) {
		DescribedParameter described = named(Place.PART, (part != null) ? part.name() : "", parameter,
				part == null || part.required(), null);
		if (described == null) {
			return null;
		}
		Type type = isPart(parameter) ? byte[].class : element(parameter).getType();
		return new DescribedParameter(Place.PART, described.name(), type, described.required(), null);
	}

	/**
	 * Returns what a publisher or a collection is of.
	 */
	private static ResolvableType element(MethodParameter parameter) {
		ResolvableType type = ResolvableType.forMethodParameter(parameter);
		Class<?> raw = type.resolve(Object.class);
		boolean wrapped = ReactiveAdapterRegistry.getSharedInstance().getAdapter(raw) != null
				|| Collection.class.isAssignableFrom(raw);
		return (wrapped && type.hasGenerics()) ? type.getGeneric() : type;
	}

}
