package io.natsproxy.gateway.headers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

import io.natsproxy.core.header.FieldTable;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.header.NameTable;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;

/**
 * A list of header fields, each name once, as it was first written: for the few fields of
 * a message, walking is faster than looking up in the map that {@link HttpHeaders} is. A
 * copy: what becomes of the message does not show.
 */
public final class FieldList implements HeaderFields {

	/**
	 * Exact types whose fields are those of Reactor Netty, shown as a map. A request or a
	 * response that a filter has put in their place may not.
	 */
	private static final NamedType NATIVE_REQUEST = new NamedType(
			ServerHttpRequest.class.getPackageName() + ".ReactorServerHttpRequest");

	private static final NamedType NATIVE_RESPONSE = new NamedType(
			ServerHttpResponse.class.getPackageName() + ".ReactorServerHttpResponse");

	/**
	 * Number of fields that are added to those of a client.
	 */
	private static final int FORWARDED = 4;

	private static final NameTable NAMES = new NameTable();

	private final FieldTable fields;

	/**
	 * Creates a list without fields.
	 */
	public FieldList() {
		this(16);
	}

	private FieldList(int capacity) {
		this.fields = new FieldTable(capacity);
	}

	/**
	 * Copies fields.
	 * @param fields the fields
	 * @return the copy
	 */
	public static FieldList of(HeaderFields fields) {
		FieldList list = new FieldList();
		fields.forEach((name, values) -> list.add(name, List.copyOf(values)));
		return list;
	}

	/**
	 * Copies the fields of a request.
	 * @param request the request of the client
	 * @param names the names to copy
	 * @return the copy
	 */
	public static FieldList of(ServerHttpRequest request, Predicate<String> names) {
		return (NATIVE_REQUEST.isTypeOf(request)
				&& ServerHttpRequestDecorator.getNativeRequest(request) instanceof HttpServerRequest server)
						? copy(server.requestHeaders(), names) : copy(request.getHeaders(), names);
	}

	/**
	 * Copies the fields of a response.
	 * @param response the response as it stands
	 * @return the copy
	 */
	public static FieldList of(ServerHttpResponse response) {
		return (NATIVE_RESPONSE.isTypeOf(response)
				&& ServerHttpResponseDecorator.getNativeResponse(response) instanceof HttpServerResponse server)
						? copy(server.responseHeaders(), (name) -> true) : copy(response.getHeaders(), (name) -> true);
	}

	private static FieldList copy(io.netty.handler.codec.http.HttpHeaders headers, Predicate<String> names) {
		FieldList list = new FieldList(headers.isEmpty() ? 0 : headers.size() + FORWARDED);
		headers.iteratorCharSequence().forEachRemaining((field) -> {
			String name = name(field.getKey());
			if (names.test(name)) {
				list.add(name, List.of(field.getValue().toString()));
			}
		});
		return list;
	}

	static String name(CharSequence name) {
		return (name instanceof AsciiString ascii)
				? NAMES.get(ascii.array(), ascii.arrayOffset(), ascii.arrayOffset() + ascii.length(), ascii.hashCode())
				: name.toString();
	}

	private static FieldList copy(HttpHeaders headers, Predicate<String> names) {
		FieldList list = new FieldList();
		headers.forEach((name, values) -> {
			// Those of Reactor Netty come with all values for each case of a name.
			if (names.test(name) && list.fields.find(name) < 0) {
				list.fields.append(name, List.copyOf(values));
			}
		});
		return list;
	}

	/**
	 * Adds a value.
	 * @param name the name of the field
	 * @param value its value
	 */
	public void add(String name, String value) {
		add(name, List.of(value));
	}

	/**
	 * Adds values to those that the name has in whatever case.
	 * @param name the name of the field
	 * @param values its values, not copied, so not to be changed
	 */
	public void add(String name, List<String> values) {
		int position = this.fields.find(name);
		if (position < 0) {
			this.fields.append(name, values);
			return;
		}
		// Copied once only: anybody may repeat a field thousands of times.
		if (!(this.fields.values(position) instanceof Repeated)) {
			this.fields.set(position, new Repeated(this.fields.values(position)));
		}
		this.fields.values(position).addAll(values);
	}

	/**
	 * Replaces all values of a name, in whatever case, by one.
	 * @param name the name of the field
	 * @param value its value
	 */
	public void set(String name, String value) {
		int position = this.fields.find(name);
		if (position < 0) {
			this.fields.append(name, List.of(value));
		}
		else {
			this.fields.set(position, List.of(value));
		}
	}

	/**
	 * Returns the values of a field.
	 * @param name its name in whatever case
	 * @return the values in order, not to be changed, empty if there is no such field
	 */
	public List<String> values(String name) {
		int position = this.fields.find(name);
		return (position >= 0) ? this.fields.values(position) : List.of();
	}

	/**
	 * Returns the first value of a field.
	 * @param name its name in whatever case
	 * @return the value, {@code null} if there is none
	 */
	public @Nullable String first(String name) {
		List<String> values = values(name);
		return values.isEmpty() ? null : values.get(0);
	}

	@Override
	public void forEach(BiConsumer<String, List<String>> action) {
		this.fields.forEach(action);
	}

	/**
	 * The values of a field that has come more than once, which belong to the list.
	 */
	private static final class Repeated extends ArrayList<String> {

		private static final long serialVersionUID = 1L;

		Repeated(List<String> values) {
			super(values);
		}

	}

	/**
	 * A type that is known by its name only. The class is remembered once it has been
	 * seen: comparing names is slower.
	 */
	private static final class NamedType {

		private final String name;

		private volatile @Nullable Class<?> known;

		NamedType(String name) {
			this.name = name;
		}

		boolean isTypeOf(Object object) {
			Class<?> type = object.getClass();
			if (type == this.known) {
				return true;
			}
			boolean found = type.getName().equals(this.name);
			if (found) {
				this.known = type;
			}
			return found;
		}

	}

}
