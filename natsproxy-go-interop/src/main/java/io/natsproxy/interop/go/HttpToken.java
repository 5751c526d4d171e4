package io.natsproxy.interop.go;

/**
 * What a method, and the name of a header field, may consist of.
 */
final class HttpToken {

	private static final int MAX_METHOD_LENGTH = 64;

	private HttpToken() {
	}

	static boolean isMethod(String method) {
		return method.length() <= MAX_METHOD_LENGTH && isName(method);
	}

	/**
	 * Whether a text is a token of RFC 9110, section 5.6.2.
	 */
	static boolean isName(String text) {
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			boolean alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
			if (!alphanumeric && "!#$%&'*+-.^_`|~".indexOf(c) < 0) {
				return false;
			}
		}
		return !text.isEmpty();
	}

}
