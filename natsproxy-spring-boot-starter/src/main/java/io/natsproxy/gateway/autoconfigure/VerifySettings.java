package io.natsproxy.gateway.autoconfigure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.natsproxy.boot.autoconfigure.SettingChecks;
import io.natsproxy.gateway.autoconfigure.GatewayRoutesProperties.Verify;
import io.natsproxy.gateway.declared.RequestVerifier;
import io.natsproxy.gateway.declared.webhook.GithubWebhooks;
import io.natsproxy.gateway.declared.webhook.HmacWebhooks;
import io.natsproxy.gateway.declared.webhook.StandardWebhooks;
import io.natsproxy.gateway.declared.webhook.StripeWebhooks;

/**
 * Reads how the requests of a route are verified.
 */
final class VerifySettings {

	private VerifySettings() {
	}

	/**
	 * Makes the verifier.
	 * @param check names the properties of the route
	 */
	static RequestVerifier verifier(SettingChecks check, Verify verify) {
		Verify.Type type = check.present("verify.type", verify.type());
		check.positive("verify.tolerance", verify.tolerance());
		long maxSize = check.notNegative("verify.max-size", verify.maxSize());
		List<String> secrets = secrets(check, verify);
		return switch (type) {
			case STANDARD_WEBHOOKS ->
				check.made("verify.secret", () -> new StandardWebhooks(secrets, verify.tolerance(), maxSize));
			case GITHUB -> check.made("verify.secret", () -> new GithubWebhooks(secrets, maxSize));
			case STRIPE -> check.made("verify.secret", () -> new StripeWebhooks(secrets, verify.tolerance(), maxSize));
			case HMAC -> {
				HmacWebhooks.Signature signature = new HmacWebhooks.Signature(
						check.present("verify.header", verify.header()), verify.prefix(), verify.algorithm(),
						verify.encoding() == Verify.Encoding.BASE64, verify.idHeader());
				yield check.made("verify", () -> new HmacWebhooks(secrets, signature, maxSize));
			}
		};
	}

	private static List<String> secrets(SettingChecks check, Verify verify) {
		List<String> secrets = new ArrayList<>(verify.secrets());
		if (verify.secret() != null) {
			secrets.add(verify.secret());
		}
		String file = verify.secretFile();
		if (file != null) {
			secrets.add(check.made("verify.secret-file", () -> read(file)));
		}
		if (secrets.isEmpty()) {
			check.present("verify.secret", verify.secret());
		}
		return secrets;
	}

	private static String read(String file) {
		try {
			return Files.readString(Path.of(file)).strip();
		}
		catch (IOException ex) {
			throw new IllegalArgumentException(
					"The secret in '" + file + "' cannot be read: " + ex.getClass().getSimpleName(), ex);
		}
	}

}
