package io.natsproxy.client.autoconfigure;

import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.web.format.DateTimeFormatters;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.bind.Name;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.util.unit.DataSize;

/**
 * Spring Boot's properties {@code spring.webflux.*}, as far as they mean something to a
 * service: Spring Boot reads them where there is a web server only.
 *
 * @param format how dates and times are written
 * @param apiversion which versions there are, and where requests name theirs
 * @param multipart limits of multipart forms
 */
record WebFluxSettings(@DefaultValue Format format, @DefaultValue Apiversion apiversion,
		@DefaultValue Multipart multipart) {

	private static final String PREFIX = "spring.webflux";

	/**
	 * Reads the settings.
	 */
	static WebFluxSettings of(Environment environment) {
		return Binder.get(environment).bindOrCreate(PREFIX, WebFluxSettings.class);
	}

	/**
	 * Formats of dates and times in paths, queries and forms.
	 */
	record Format(@Nullable String date, @Nullable String time, @Nullable String dateTime) {

		DateTimeFormatters formatters() {
			return new DateTimeFormatters().dateFormat(this.date).timeFormat(this.time).dateTimeFormat(this.dateTime);
		}

	}

	/**
	 * Versions of the API.
	 */
	record Apiversion(@Nullable Boolean required, @Name("default") @Nullable String defaultVersion,
			@DefaultValue List<String> supported, @Nullable Boolean detectSupported, @DefaultValue Use use) {

	}

	/**
	 * The places in which requests name their version.
	 */
	record Use(@Nullable String header, @Nullable String queryParameter, @Nullable Integer pathSegment,
			@DefaultValue Map<MediaType, String> mediaTypeParameter) {

	}

	/**
	 * Limits of multipart forms. What is not set is left as WebFlux, or the limit of the
	 * codecs, has it.
	 */
	record Multipart(@Nullable DataSize maxInMemorySize, @Nullable DataSize maxHeadersSize,
			@Nullable DataSize maxDiskUsagePerPart, @Nullable Integer maxParts, @Nullable String fileStorageDirectory,
			@Nullable Charset headersCharset) {

	}

}
