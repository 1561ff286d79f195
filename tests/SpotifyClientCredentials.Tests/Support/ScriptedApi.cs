using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// The innermost handler: answers at once as the test says, synchronously too, and keeps what each request carried at that moment. It reads a
/// body as a connection would, by copying it out, so that a content which can be read once is read once.
/// </summary>
internal sealed class ScriptedApi(Func<SentRequest, HttpResponseMessage> respond) : HttpMessageHandler
{
    private readonly ConcurrentQueue<SentRequest> _sent = new();

    public IReadOnlyList<SentRequest> Sent => [.. _sent];

    /// <summary>Whether an answer has its <see cref="HttpResponseMessage.RequestMessage"/>, unless the test gave it one.</summary>
    public bool NamesRequests { get; set; } = true;

    public static HttpResponseMessage Response(HttpStatusCode status, string body = "") => new(status) { Content = new StringContent(body) };

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        if (request.Content is not null)
        {
            await request.Content.CopyToAsync(body, cancellationToken);
        }

        return Keep(request, body);
    }

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using MemoryStream body = new();
        request.Content?.CopyTo(body, context: null, cancellationToken);
        return Keep(request, body);
    }

    private HttpResponseMessage Keep(HttpRequestMessage request, MemoryStream body)
    {
        SentRequest sent = new(_sent.Count + 1, request.RequestUri, request.Headers.Authorization, Raw(request), body.ToArray(), request);
        _sent.Enqueue(sent);
        HttpResponseMessage response = respond(sent);
        if (NamesRequests)
        {
            response.RequestMessage ??= request;
        }

        return response;
    }

    private static string? Raw(HttpRequestMessage request) =>
        request.Headers.NonValidated.TryGetValues("Authorization", out HeaderStringValues values) ? values.ToString() : null;
}

/// <param name="Number">1 for the first.</param>
/// <param name="Uri">Its address.</param>
/// <param name="Header">The Authorization header as the object that it was.</param>
/// <param name="Authorization">The Authorization header as it would be written to the wire; null where there was none.</param>
/// <param name="Body">The body's bytes.</param>
/// <param name="Message">The message itself, which may have changed since.</param>
internal sealed record SentRequest(
    int Number, Uri? Uri, AuthenticationHeaderValue? Header, string? Authorization, byte[] Body, HttpRequestMessage Message);
