package io.natsproxy.gateway.declared.request;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * When the replies to a request end of which there are several. Whatever else ends them,
 * the time-out does.
 *
 * @param max the most replies; 0 for any number
 * @param stall how long none may come until they end; {@code null} for no such time
 * @param sentinel whether a reply without a payload ends them. Without it they are not
 * whole then: the connection of a client whose time-out comes first is aborted
 */
public record SeveralReplies(int max, @Nullable Duration stall, boolean sentinel) {

}
