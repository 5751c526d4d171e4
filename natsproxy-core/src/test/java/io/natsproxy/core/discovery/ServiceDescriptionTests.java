package io.natsproxy.core.discovery;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ServiceDescriptionTests {

	@ParameterizedTest
	@ValueSource(strings = { "0.0.0", "1.2.3", "10.20.30", "1.1.2-prerelease+meta", "1.0.0-alpha.1",
			"1.0.0-0A.is.legal", "0.0.1-SNAPSHOT", "1.0.0+21AF26D3---117B344092BD", "2.0.0+build.1848" })
	void semanticVersionsAreTaken(String version) {
		assertThat(new ServiceDescription("orders", version).version()).isEqualTo(version);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "1", "1.2", "v1.2.3", "01.2.3", "1.2.3.4", "1.2.3-", "1.2.3-01", "1.2.3+", "1.2.3 ",
			"latest", "1.2.3-é" })
	void otherVersionsAreRefused(String version) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ServiceDescription("orders", version))
			.withMessageContaining("'" + version + "' is no semantic version");
	}

	@Test
	void versionThatIsHardToReadIsJudgedAtOnce() {
		assertThat(ServiceDescription.isVersion("1.0.0-" + "a1-".repeat(80) + "é")).isFalse();
		assertThat(ServiceDescription.isVersion("1.0.0-" + "a".repeat(100_000))).isFalse();
	}

	@ParameterizedTest
	@CsvSource({ "orders, orders", "Orders-2_x, Orders-2_x", "shop.orders, shop_orders", "a*>$, a___" })
	void nameIsMadeOfThatOfTheQueueGroup(String queueGroup, String name) {
		assertThat(ServiceDescription.nameOf(queueGroup)).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "a.b", "a b", "a*", "ä" })
	void namesThatAreNoTokensAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> new ServiceDescription(name, "1.0.0"));
	}

	@Test
	void metadataAreBounded() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ServiceDescription("orders", "1.0.0", "",
					Map.of("a", "x".repeat(ServiceDescription.MAX_METADATA_LENGTH))))
			.withMessageContaining("limit");
	}

	@Test
	void metadataOfTheLibraryAreNotForOthers() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ServiceDescription("orders", "1.0.0", "", Map.of("natsproxy.next", "1")))
			.withMessageContaining("'natsproxy.next'");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "$SRV.", "$SRV.>", "a b", "*" })
	void malformedPrefixIsRefused(String prefix) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new ServiceDiscovery(prefix, new ServiceDescription("orders", "1.0.0")))
			.withMessageContaining("'" + prefix + "'");
	}

}
