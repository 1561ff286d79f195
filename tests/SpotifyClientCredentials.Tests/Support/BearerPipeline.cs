using System.Net;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A <see cref="BearerTokenHandler"/> between the test and a <see cref="ScriptedApi"/>. A <see cref="ScriptedTokenSource"/> grants
/// <c>token-1</c>, <c>token-2</c>, … immediately, unless the test removes its response.
/// </summary>
internal sealed class BearerPipeline : IDisposable
{
    private readonly HttpMessageInvoker _invoker;

    /// <param name="response">The response of the API; 200 if null.</param>
    /// <param name="createInner">Creates a handler between the bearer handler and the API, from the API.</param>
    /// <param name="configure">Changes settings.</param>
    /// <param name="clock">The clock; a new one if null.</param>
    public BearerPipeline(
        Func<SentRequest, HttpResponseMessage>? response = null,
        Func<HttpMessageHandler, HttpMessageHandler>? createInner = null,
        Action<SpotifyClientCredentialsOptions>? configure = null,
        TestClock? clock = null)
    {
        Clock = clock ?? new TestClock();
        Source = new ScriptedTokenSource(Clock) { Response = acquisition => acquisition.Grant() };
        ILogger<ClientCredentialsTokenProvider> log = Logs.ForProvider();
        Provider = new ClientCredentialsTokenProvider(
            new OptionsSource(TestOptions.CreateValid(configure)), Source, Clock, log, Telemetry.Shared);
        Api = new ScriptedApi(response ?? (_ => ScriptedApi.Response(HttpStatusCode.OK)));
        Handler = new BearerTokenHandler(Provider) { InnerHandler = createInner is null ? Api : createInner(Api) };
        _invoker = new HttpMessageInvoker(Handler);
    }

    public TestClock Clock { get; }

    public RecordingLoggerProvider Logs { get; } = new();

    public ScriptedTokenSource Source { get; }

    public ClientCredentialsTokenProvider Provider { get; }

    public ScriptedApi Api { get; }

    public BearerTokenHandler Handler { get; }

    /// <summary>The Authorization headers of the requests, in the order in which they were sent.</summary>
    public IEnumerable<string?> Authorizations => Api.Sent.Select(sent => sent.Authorization);

    /// <summary>An API that returns 401 for these tokens, for example <c>"token-1"</c>, and 200 for everything else.</summary>
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
