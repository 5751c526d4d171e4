package io.natsproxy.gateway.openapi;

/**
 * Settings of the document.
 *
 * @param title its title
 * @param maxLength most bytes of the document of one service
 * @param maxTotal most bytes of the documents of all services together
 */
public record OpenApiOptions(String title, int maxLength, int maxTotal) {

	public OpenApiOptions {
		if (maxLength <= 0 || maxTotal < maxLength) {
			throw new IllegalArgumentException("The documents of all services may have " + maxTotal
					+ " bytes together, and that of one " + maxLength + ": expected at least as many for all");
		}
	}

}
