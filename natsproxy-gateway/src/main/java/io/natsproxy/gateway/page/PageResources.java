package io.natsproxy.gateway.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * The files of the page.
 */
final class PageResources {

	private static final Map<String, MediaType> TYPES = Map.of("page.html",
			MediaType.parseMediaType("text/html;charset=UTF-8"), "page.css",
			MediaType.parseMediaType("text/css;charset=UTF-8"), "page.js",
			MediaType.parseMediaType("text/javascript;charset=UTF-8"));

	private PageResources() {
	}

	/**
	 * Returns the media type of a file.
	 * @param name its name
	 * @return the type, or {@code null} if there is no such file
	 */
	static @Nullable MediaType type(String name) {
		return TYPES.get(name);
	}

	/**
	 * Reads a file.
	 * @param name one of those that there are
	 * @return the content
	 */
	static byte[] read(String name) {
		try (InputStream resource = PageResources.class.getResourceAsStream(name)) {
			if (resource == null) {
				throw new IllegalStateException("The jar of the gateway lacks " + name);
			}
			return resource.readAllBytes();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
