using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Limit;

/// <summary>
/// An application with a rate limit, in front of an API that the test scripts, on a clock that the test moves. Token requests are answered at once.
/// </summary>
internal sealed class RateLimitApp : IAsyncDisposable
{
    public const string Search = "https://api.spotify.com/v1/search?q=a";
    public const string Track = "https://api.spotify.com/v1/tracks/4cOdK2wGLETKBW3PvgPWqT";
    public const string Album = "https://api.spotify.com/v1/albums/5GoNNzcUDBJEUYqXDJMBBY";

    private readonly ConcurrentQueue<SentCall> _sent = new();

    public RateLimitApp(TimeSpan? maxWait = null, Action<IServiceCollection>? configure = null)
    {
        ServiceCollection services = new();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(Logs));
        (Configuration["ClientId"], Configuration["ClientSecret"]) = ("first", "secret");
        services.AddSpotifyClientCredentials(Configuration).TokenClient.ConfigurePrimaryHttpMessageHandler(() => new AsyncResponses(_ => Task.FromResult(new HttpResponseMessage
        {
            Content = new StringContent("""{"access_token":"token","token_type":"Bearer","expires_in":3600}"""),
        })));
        services.ConfigureHttpClientDefaults(client => client.ConfigurePrimaryHttpMessageHandler(() => new AsyncResponses(RespondAsync)));
        services.AddHttpClient("a").AddSpotifyBearerToken().AddSpotifyRateLimit(configure: options => options.MaxWait = maxWait ?? options.MaxWait);
        services.AddHttpClient("b").AddSpotifyBearerToken().AddSpotifyRateLimit(configure: options => options.MaxWait = maxWait ?? options.MaxWait);
        configure?.Invoke(services);
        Services = services.BuildStrictly();
        Client = CreateClient("a");
    }

    public IConfigurationRoot Configuration { get; } = new ConfigurationBuilder().AddInMemoryCollection().Build();

    public SplitClock Clock { get; } = new();

    public RecordingLoggerProvider Logs { get; } = new();

    public ServiceProvider Services { get; }

    public HttpClient Client { get; }

    /// <summary>The response of the API: 200 at once if the test sets nothing.</summary>
    public Func<SentCall, HttpResponseMessage>? Respond { get; set; }

    /// <summary>Keeps each call in flight until the test ends it.</summary>
    public bool HoldsCalls { get; set; }

    /// <summary>The calls that reached the API, in order.</summary>
    public IReadOnlyList<SentCall> Sent => [.. _sent];

    public static HttpResponseMessage Rejection(string? retryAfter)
    {
        HttpResponseMessage response = new(HttpStatusCode.TooManyRequests);
        if (retryAfter is not null)
        {
            response.Headers.TryAddWithoutValidation("Retry-After", retryAfter);
        }

        return response;
    }

    public HttpClient CreateClient(string name) => Services.GetRequiredService<IHttpClientFactory>().CreateClient(name);

    /// <summary>Makes calls that end at once, and asserts that each was sent.</summary>
    public async Task CallAsync(int times, string address = Search)
    {
        for (int i = 0; i < times; i++)
        {
            int sent = _sent.Count;
            using HttpResponseMessage response = await Client.GetAsync(address).Within();
            Assert.Equal(sent + 1, _sent.Count);
        }
    }

    /// <summary>Gets one 429 with this Retry-After, unsent again.</summary>
    public async Task RejectAsync(string? retryAfter, string address = Search)
    {
        Func<SentCall, HttpResponseMessage>? respond = Respond;
        Respond = _ => Rejection(retryAfter);
        using HttpRequestMessage request = new(HttpMethod.Post, address) { Content = new StreamContent(new MemoryStream()) }; // can't be sent again
        request.Method = HttpMethod.Get;
        using HttpResponseMessage response = await Client.SendAsync(request).Within();
        Respond = respond;
        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        Assert.False(IsUnsent(response));
    }

    /// <summary>The seconds until a call could be sent, by a 429 of the library's own; null if the call was sent.</summary>
    public async Task<int?> RetryAfterAsync(string address = Search, string client = "a")
    {
        int sent = _sent.Count;
        using HttpResponseMessage response = await CreateClient(client).GetAsync(address).Within();
        if (!IsUnsent(response))
        {
            Assert.Equal(sent + 1, _sent.Count);
            return null;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, response.StatusCode);
        return int.Parse(Assert.Single(response.Headers.GetValues("Retry-After")), CultureInfo.InvariantCulture);
    }

    public static bool IsUnsent(HttpResponseMessage response) =>
        response.RequestMessage!.Options.TryGetValue(SpotifyRateLimitOptions.NotSent, out bool notSent) && notSent;

    public async ValueTask DisposeAsync() => await Services.DisposeAsync();

    private Task<HttpResponseMessage> RespondAsync(HttpRequestMessage request)
    {
        SentCall call = new(request);
        _sent.Enqueue(call);
        if (!HoldsCalls)
        {
            call.End(Respond?.Invoke(call) ?? new HttpResponseMessage());
        }

        return call.Response;
    }

    /// <summary>A primary handler whose responses the test creates. It also serves calls that block.</summary>
    internal sealed class AsyncResponses(Func<HttpRequestMessage, Task<HttpResponseMessage>> respond) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = await respond(request).WaitAsync(cancellationToken);
            response.RequestMessage ??= request;
            return response;
        }

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            SendAsync(request, cancellationToken).GetAwaiter().GetResult();
    }
}

/// <summary>A call at the API.</summary>
internal sealed class SentCall(HttpRequestMessage request)
{
    private readonly TaskCompletionSource<HttpResponseMessage> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Path { get; } = request.RequestUri!.AbsolutePath;

    public HttpRequestMessage Request { get; } = request;

    public Task<HttpResponseMessage> Response => _response.Task;

    public void End(HttpResponseMessage response) => _response.SetResult(response);

    public void End(HttpStatusCode status) => End(new HttpResponseMessage(status));

    public void Fail() => _response.SetException(new HttpRequestException("connection lost"));
}
