package io.natsproxy.webflux.server;

import java.util.List;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.ConcurrentLruCache;
import org.springframework.util.MimeTypeUtils;
import org.springframework.web.reactive.accept.HeaderContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolver;
import org.springframework.web.reactive.accept.RequestedContentTypeResolverBuilder;
import org.springframework.web.server.ServerWebExchange;

/**
 * Looks at the {@code Accept} header, as WebFlux does, and remembers what the last ones
 * meant: clients say the same again and again.
 */
class AcceptResolver implements RequestedContentTypeResolver {

	private static final int REMEMBERED = 64;

	/**
	 * The largest length of a header that is remembered, in characters, so that clients
	 * cannot fill the memory.
	 */
	private static final int MAX_LENGTH = 256;

	private final RequestedContentTypeResolver others = new HeaderContentTypeResolver();

	private final ConcurrentLruCache<String, List<MediaType>> remembered = new ConcurrentLruCache<>(REMEMBERED,
			AcceptResolver::parse);

	@Override
	public List<MediaType> resolveMediaTypes(ServerWebExchange exchange) {
		List<String> values = exchange.getRequest().getHeaders().get(HttpHeaders.ACCEPT);
		if (values == null) {
			return MEDIA_TYPE_ALL_LIST;
		}
		if (values.size() == 1 && values.get(0).length() <= MAX_LENGTH) {
			List<MediaType> mediaTypes = this.remembered.get(values.get(0));
			if (!mediaTypes.isEmpty()) {
				return mediaTypes;
			}
		}
		return this.others.resolveMediaTypes(exchange);
	}

	/**
	 * Returns nothing for what is empty or malformed.
	 */
	private static List<MediaType> parse(String value) {
		try {
			List<MediaType> mediaTypes = MediaType.parseMediaTypes(value);
			MimeTypeUtils.sortBySpecificity(mediaTypes);
			return new AcceptedMediaTypes(mediaTypes);
		}
		catch (IllegalArgumentException ex) {
			return List.of();
		}
	}

	/**
	 * Takes this resolver where WebFlux would take its own.
	 */
	static final class Builder extends RequestedContentTypeResolverBuilder {

		private boolean configured;

		@Override
		public ParameterResolverConfigurer parameterResolver() {
			this.configured = true;
			return super.parameterResolver();
		}

		@Override
		public void headerResolver() {
			resolver(new AcceptResolver());
		}

		@Override
		public void fixedResolver(MediaType... mediaTypes) {
			this.configured = true;
			super.fixedResolver(mediaTypes);
		}

		@Override
		public void resolver(RequestedContentTypeResolver resolver) {
			this.configured = true;
			super.resolver(resolver);
		}

		@Override
		public RequestedContentTypeResolver build() {
			if (!this.configured) {
				headerResolver();
			}
			return super.build();
		}

	}

}
