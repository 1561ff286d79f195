using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// The innermost handler. It returns the response of the test immediately, also for synchronous calls, and records each request as it was at
/// that moment. It copies a body as a connection would, so content that can be read only once is read once.
/// </summary>
internal sealed class ScriptedApi(Func<SentRequest, HttpResponseMessage> respond) : HttpMessageHandler
{
    private readonly ConcurrentQueue<SentRequest> _sent = new();

    public IReadOnlyList<SentRequest> Sent => [.. _sent];

    /// <summary>Whether to set <see cref="HttpResponseMessage.RequestMessage"/> of a response for which the test didn't.</summary>
    public bool SetsRequestMessage { get; set; } = true;

    public static HttpResponseMessage Response(HttpStatusCode status, string body = "") => new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        if (request.Content is not null)
        {
            await request.Content.CopyToAsync(body, cancellationToken);
        }

        return Record(request, body);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        request.Content?.CopyTo(body, context: null, cancellationToken);
        return Record(request, body);
    }

    private HttpResponseMessage Record(HttpRequestMessage request, MemoryStream body)
    {
        SentRequest sent = new(_sent.Count + 1, request.RequestUri, request.Headers.Authorization, Raw(request), body.ToArray(), request);
        _sent.Enqueue(sent);
        HttpResponseMessage response = respond(sent);
        if (SetsRequestMessage)
        {
            response.RequestMessage ??= request;
        }

        return response;
    }

    private static string? Raw(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("Authorization", out HeaderStringValues values) ? values.ToString() : null;
}

/// <param name="Number">The number of the request, starting with 1.</param>
/// <param name="Uri">The address.</param>
/// <param name="Header">The object that was the Authorization header.</param>
/// <param name="Authorization">The Authorization header as it would be sent, or null.</param>
/// <param name="Body">The body's bytes.</param>
/// <param name="Message">The message itself, which may have changed since.</param>
internal sealed record SentRequest(
    int Number, Uri? Uri, AuthenticationHeaderValue? Header, string? Authorization, byte[] Body, HttpRequestMessage Message);
