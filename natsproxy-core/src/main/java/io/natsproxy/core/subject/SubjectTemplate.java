package io.natsproxy.core.subject;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

import io.natsproxy.core.wire.MalformedMessageException;
import org.jspecify.annotations.Nullable;

/**
 * A subject with variables, as in <code>prices.{symbol}</code>, whose values come from
 * strangers. A value becomes one token, or the part of one, in the encoding of the wire
 * protocol, which can be reversed: whatever it is, it makes no further token and no
 * wildcard. A variable may have a regular expression, <code>{symbol:[A-Z]+}</code>, that
 * its decoded value matches from the first to the last character; <code>{*name}</code>
 * alone at the end stands for one token for each segment. There is literal text before
 * the first variable, so that no value decides whose subject it is. Immutable.
 */
public final class SubjectTemplate {

	/**
	 * The most characters of a value that a regular expression is asked about: a longer
	 * one never matches.
	 */
	public static final int MAX_MATCHED = 1024;

	private final String template;

	private final List<Token> tokens;

	private final List<String> variables;

	private SubjectTemplate(String template, List<Token> tokens) {
		this.template = template;
		this.tokens = List.copyOf(tokens);
		this.variables = tokens.stream()
			.map(Token::variable)
			.filter((variable) -> variable != null)
			.map(Variable::name)
			.distinct()
			.toList();
	}

	/**
	 * Reads a template for a literal subject, to which messages are published.
	 * @param template the template
	 * @return the template
	 * @throws IllegalArgumentException if it is malformed
	 */
	public static SubjectTemplate of(String template) {
		return new Parser(template, false).parse();
	}

	/**
	 * Reads a template for a subject to be subscribed to, whose own text may have
	 * wildcards.
	 * @param template the template
	 * @return the template
	 * @throws IllegalArgumentException if it is malformed
	 */
	public static SubjectTemplate ofSubscription(String template) {
		return new Parser(template, true).parse();
	}

	/**
	 * Returns the names of the variables.
	 * @return the names, each once
	 */
	public List<String> variables() {
		return this.variables;
	}

	/**
	 * Returns the variable that stands for one token for each segment.
	 * @return its name, or {@code null} if there is none
	 */
	public @Nullable String restVariable() {
		Variable last = this.tokens.get(this.tokens.size() - 1).variable();
		return (last != null && last.rest()) ? last.name() : null;
	}

	/**
	 * Makes a subject.
	 * @param values the values of the variables
	 * @return the subject
	 * @throws MalformedMessageException if a value is missing, empty, or does not match
	 * its pattern
	 */
	public String expand(Values values) {
		StringBuilder subject = new StringBuilder(this.template.length() + 32);
		for (Token token : this.tokens) {
			if (!subject.isEmpty()) {
				subject.append('.');
			}
			token.expand(values, subject);
		}
		return subject.toString();
	}

	@Override
	public String toString() {
		return this.template;
	}

	/**
	 * The decoded values of variables.
	 */
	public interface Values {

		/**
		 * Returns the value of a variable.
		 * @param name its name
		 * @return the value, or {@code null} if it has none
		 */
		@Nullable String value(String name);

		/**
		 * Returns the value of a variable that stands for several segments.
		 * @param name its name
		 * @return the segments, or {@code null} if it has none
		 */
		@Nullable List<String> segments(String name);

	}

	/**
	 * A variable.
	 *
	 * @param name its name
	 * @param pattern what values have to match; {@code null} for any value
	 * @param rest whether it stands for one token for each segment
	 */
	private record Variable(String name, @Nullable Pattern pattern, boolean rest) {

		private String check(@Nullable String value) {
			if (value == null || value.isEmpty()) {
				throw new MalformedMessageException(
						"'" + this.name + "' is " + ((value != null) ? "empty" : "missing"));
			}
			if (this.pattern != null && (value.length() > MAX_MATCHED || !this.pattern.matcher(value).matches())) {
				throw new MalformedMessageException("'" + this.name + "' is not as it has to be");
			}
			return value;
		}

	}

	/**
	 * A token of a template.
	 *
	 * @param before literal text
	 * @param variable what follows it, or {@code null}
	 * @param after literal text behind the variable
	 */
	private record Token(String before, @Nullable Variable variable, String after) {

		private void expand(Values values, StringBuilder subject) {
			subject.append(this.before);
			if (this.variable == null) {
				return;
			}
			if (this.variable.rest()) {
				expandAll(this.variable, values, subject);
				return;
			}
			append(this.variable.check(values.value(this.variable.name())), this.before.isEmpty(), subject);
			subject.append(this.after);
		}

		private static void expandAll(Variable variable, Values values, StringBuilder subject) {
			List<String> segments = values.segments(variable.name());
			if (segments == null || segments.isEmpty()) {
				throw new MalformedMessageException("'" + variable.name() + "' is empty");
			}
			for (int i = 0; i < segments.size(); i++) {
				if (i > 0) {
					subject.append('.');
				}
				append(variable.check(segments.get(i)), true, subject);
			}
		}

		private static void append(String value, boolean first, StringBuilder subject) {
			boolean start = first;
			for (byte octet : value.getBytes(StandardCharsets.UTF_8)) {
				SubjectToken.append(octet & 0xFF, start, subject);
				start = false;
			}
		}

	}

	/**
	 * Reads a template.
	 */
	private static final class Parser {

		private final String template;

		private final boolean wildcards;

		private int position;

		private Parser(String template, boolean wildcards) {
			this.template = template;
			this.wildcards = wildcards;
		}

		private SubjectTemplate parse() {
			List<Token> tokens = new ArrayList<>();
			do {
				tokens.add(token(tokens.isEmpty()));
			}
			while (this.position++ < this.template.length());
			for (int i = 0; i < tokens.size() - 1; i++) {
				Variable variable = tokens.get(i).variable();
				if ((variable != null && variable.rest()) || tokens.get(i).before().equals(">")) {
					throw malformed("'>' and '{*…}' stand at the end only");
				}
			}
			return new SubjectTemplate(this.template, tokens);
		}

		private Token token(boolean first) {
			String before = text();
			if (first && before.isEmpty()) {
				throw malformed("it begins with literal text, which no client chooses");
			}
			if (first && before.startsWith("$")) {
				throw malformed("subjects that begin with '$' are those of NATS itself");
			}
			if (!at('{')) {
				requireToken(before);
				return new Token(before, null, "");
			}
			Variable variable = variable();
			String after = text();
			if (at('{')) {
				throw malformed("there is one variable in a token, so that its value can be told");
			}
			if (variable.rest() && !(before.isEmpty() && after.isEmpty())) {
				throw malformed("'{*" + variable.name() + "}' is a token of its own");
			}
			requireText(before);
			requireText(after);
			return new Token(before, variable, after);
		}

		private boolean at(char c) {
			return this.position < this.template.length() && this.template.charAt(this.position) == c;
		}

		private String text() {
			int start = this.position;
			while (this.position < this.template.length() && !at('.') && !at('{')) {
				this.position++;
			}
			return this.template.substring(start, this.position);
		}

		private Variable variable() {
			int end = end();
			String content = this.template.substring(this.position + 1, end);
			this.position = end + 1;
			boolean rest = content.startsWith("*");
			int colon = content.indexOf(':');
			String name = content.substring(rest ? 1 : 0, (colon >= 0) ? colon : content.length());
			if (name.isEmpty()) {
				throw malformed("a variable has no name");
			}
			return new Variable(name, (colon >= 0) ? pattern(content.substring(colon + 1)) : null, rest);
		}

		private Pattern pattern(String expression) {
			try {
				return Pattern.compile(expression, Pattern.DOTALL);
			}
			catch (PatternSyntaxException ex) {
				throw malformed("the regular expression '" + expression + "' is: " + ex.getDescription());
			}
		}

		/**
		 * Returns where the braces end that begin here, within which a backslash escapes
		 * the next character.
		 */
		private int end() {
			int depth = 0;
			for (int i = this.position; i < this.template.length(); i++) {
				char c = this.template.charAt(i);
				if (c == '\\') {
					i++;
				}
				else if (c == '{') {
					depth++;
				}
				else if (c == '}' && --depth == 0) {
					return i;
				}
			}
			throw malformed("a brace is not closed");
		}

		private void requireToken(String token) {
			if (token.isEmpty()) {
				throw malformed("a token is empty");
			}
			if (!(this.wildcards && (token.equals("*") || token.equals(">")))) {
				requireText(token);
			}
		}

		private void requireText(String text) {
			for (int i = 0; i < text.length(); i++) {
				char c = text.charAt(i);
				if (c <= ' ' || c >= 0x7F || c == '*' || c == '>' || c == '}') {
					throw malformed("'" + text + "' has a wildcard, or what is no printable ASCII");
				}
			}
		}

		private IllegalArgumentException malformed(String reason) {
			return new IllegalArgumentException("Subject template '" + this.template + "' is malformed: " + reason);
		}

	}

}
