package io.natsproxy.gateway.autoconfigure.actuate;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Producible;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Formats that an instance of a service may be asked for: an endpoint knows no more of
 * what a client accepts. Later ones are preferred.
 */
enum AnswerFormat implements Producible<AnswerFormat> {

	/**
	 * The format that the endpoint of the instance gives who says nothing.
	 */
	ANY(MimeTypeUtils.ALL),

	JSON(MimeTypeUtils.APPLICATION_JSON),

	TEXT(MimeType.valueOf("text/plain")),

	OPENMETRICS(MimeType.valueOf("application/openmetrics-text;version=1.0.0;charset=utf-8"));

	private final MimeType type;

	AnswerFormat(MimeType type) {
		this.type = type;
	}

	@Override
	public MimeType getProducedMimeType() {
		return this.type;
	}

	@Override
	public boolean isDefault() {
		return this == ANY;
	}

	/**
	 * Returns what the instance is told.
	 */
	@Nullable String accept() {
		return (this == ANY) ? null : this.type + ", */*;q=0.1";
	}

}
