using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A <see cref="BearerTokenHandler"/> between the test and a <see cref="ScriptedApi"/>, with a provider whose tokens come from a
/// <see cref="ScriptedTokenSource"/>: <c>token-1</c>, <c>token-2</c>, … at once, unless the test takes the answer away.
/// </summary>
internal sealed class BearerPipeline : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    /// <param name="response">What the API answers; 200 where it is null.</param>
    /// <param name="below">A handler between the bearer handler and the API, given the API.</param>
    public BearerPipeline(Func<SentRequest, HttpResponseMessage>? response = null, Func<HttpMessageHandler, HttpMessageHandler>? below = null)
    {
        Source = new ScriptedTokenSource(Clock) { Response = acquisition => acquisition.Grant() };
        ILogger<ClientCredentialsTokenProvider> log = new RecordingLoggerProvider().ForProvider();
        Provider = new ClientCredentialsTokenProvider(
            new OptionsSource(TestOptions.CreateValid(), log), Source, Clock, log, Telemetry.OfProcess);
        Api = new ScriptedApi(response ?? (_ => ScriptedApi.Response(HttpStatusCode.OK)));
        Handler = new BearerTokenHandler(Provider) { InnerHandler = below is null ? Api : below(Api) };
        _invoker = new HttpMessageInvoker(Handler);
    }

    public FakeTimeProvider Clock { get; } = new();

    public ScriptedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    public ScriptedApi Api { get; }

    public BearerTokenHandler Handler { get; }

    /// <summary>What each request carried, in the order in which they were sent.</summary>
    public IEnumerable<string?> Authorizations => Api.Sent.Select(sent => sent.Authorization);

    /// <summary>An API that answers 401 to these tokens, <c>"token-1"</c> for example, and 200 to all else.</summary>
    public static BearerPipeline Rejecting(params string[] tokens) => new(sent =>
        ScriptedApi.Response(tokens.Any(token => sent.Authorization == $"Bearer {token}") ? HttpStatusCode.Unauthorized : HttpStatusCode.OK));

    public static BearerPipeline Responding(HttpStatusCode status, string body = "") => new(_ => ScriptedApi.Response(status, body));

    public static HttpRequestMessage Get(string uri = "https://api.spotify.com/v1/tracks/1") => new(HttpMethod.Get, uri);

    /// <summary>Sends through <c>Send</c> or through <c>SendAsync</c>.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage? request = null, bool isAsync = true, CancellationToken cancellationToken = default)
    {
        request ??= Get();
        return isAsync ? await _invoker.SendAsync(request, cancellationToken) : _invoker.Send(request, cancellationToken);
    }

    public void Dispose()
    {
        _invoker.Dispose();
        Provider.Dispose();
    }
}
