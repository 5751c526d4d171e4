package io.natsproxy.core.wire;

/**
 * The head of a response.
 *
 * @param status the HTTP status, from 200 to 599
 * @param headers the end-to-end header fields
 */
public record ResponseHead(int status, HeaderFields headers) {

}
