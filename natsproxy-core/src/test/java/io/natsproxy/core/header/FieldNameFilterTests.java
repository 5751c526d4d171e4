package io.natsproxy.core.header;

import java.util.List;
import java.util.Locale;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class FieldNameFilterTests {

	private static final List<String> NAMES = List.of("Accept", "Content-Type", "X-Forwarded-For", "a", "Z9", "_x_",
			"");

	private final FieldNameFilter filter = new FieldNameFilter();

	@Test
	void aNameThatWasAddedMayBeContainedInWhateverCase() {
		for (String name : NAMES) {
			this.filter.add(name.toUpperCase(Locale.ROOT));
			assertThat(this.filter.mayContain(name)).isTrue();
			assertThat(this.filter.mayContain(name.toLowerCase(Locale.ROOT))).isTrue();
		}
	}

	@Test
	void mostNamesThatWereNotAddedAreToldApart() {
		this.filter.add("Host");
		this.filter.add("Accept");
		assertThat(List.of("Origin", "Content-Type", "Content-Length", "Upgrade", "Cookie", "Range"))
			.noneMatch(this.filter::mayContain);
	}

	@Test
	void nothingIsContainedBeforeTheFirstAndAfterClearing() {
		assertThat(NAMES).noneMatch(this.filter::mayContain);
		NAMES.forEach(this.filter::add);
		this.filter.clear();
		assertThat(NAMES).noneMatch(this.filter::mayContain);
	}

}
