using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary>The cost of the handler when it only attaches a cached token, or nothing.</summary>
public class BearerTokenHandlerFastPathTests
{
    private static readonly Uri Track = new("https://api.spotify.com/v1/tracks/1");

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [ExcludedFromSecrecyRun("HttpMessageInvoker returns another task if there is a listener.")]
    public async Task SendAsync_CompletedResponseOtherThan401_ReturnsTheInnerHandlersTask(HttpStatusCode status)
    {
        using BearerPipeline pipeline = new();
        using HttpResponseMessage response = new(status);
        Task<HttpResponseMessage> sending = Task.FromResult(response);
        using HttpMessageInvoker invoker = new(new BearerTokenHandler(pipeline.Provider) { InnerHandler = new FixedHandler(sending) });
        // The API has accepted the token, so there is nothing more to learn from a response.
        using HttpResponseMessage accepted = await pipeline.SendAsync();
        using HttpRequestMessage request = new(HttpMethod.Get, Track);

        Task<HttpResponseMessage> returned = invoker.SendAsync(request, CancellationToken.None);

        Assert.Same(sending, returned);
    }

    [Fact]
    public async Task SendAsync_FromTheCache_AllocatesNoMoreThanAHandlerThatSetsAConstantHeader()
    {
        ScriptedTokenSource source = new(TimeProvider.System) { Response = acquisition => acquisition.Grant() };
        OptionsSource credentials = new(TestOptions.CreateValid());
        using ClientCredentialsTokenProvider provider = new(credentials, source, TimeProvider.System, NullLogger.Instance, Telemetry.Shared);
        AccessToken token = await provider.GetTokenAsync();
        using HttpResponseMessage response = new(HttpStatusCode.OK);
        FixedHandler inner = new(Task.FromResult(response));
        using HttpMessageInvoker bearer = new(new BearerTokenHandler(provider) { InnerHandler = inner });
        using HttpMessageInvoker constant = new(new ConstantHandler(new AuthenticationHeaderValue("Bearer", token.Value)) { InnerHandler = inner });

        AssertAllocateTheSame(constant, bearer, Track);
    }

    [Fact]
    public async Task SendAsync_RequestLeftAloneWithoutDebugLogging_AllocatesNoMoreThanWithoutTheHandler()
    {
        ScriptedTokenSource source = new(TimeProvider.System) { Response = acquisition => acquisition.Grant() };
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.SetMinimumLevel(LogLevel.Information).AddProvider(new RecordingLoggerProvider()));
        using ClientCredentialsTokenProvider provider = new(
            new OptionsSource(TestOptions.CreateValid()), source, TimeProvider.System, logging.CreateLogger<ClientCredentialsTokenProvider>(), Telemetry.Shared);
        _ = await provider.GetTokenAsync();
        using HttpResponseMessage response = new(HttpStatusCode.OK);
        FixedHandler inner = new(Task.FromResult(response));
        using HttpMessageInvoker bearer = new(new BearerTokenHandler(provider) { InnerHandler = inner });
        using HttpMessageInvoker without = new(new ConstantHandler(header: null) { InnerHandler = inner });

        AssertAllocateTheSame(without, bearer, new Uri("https://elsewhere.example/"));
    }

    private static void AssertAllocateTheSame(HttpMessageInvoker expected, HttpMessageInvoker actual, Uri uri)
    {
        // The lowest of many rounds, because the JIT may allocate while it still optimizes.
        long byExpected = long.MaxValue;
        long byActual = long.MaxValue;
        for (int round = 0; round < 50; round++)
        {
            byExpected = Math.Min(byExpected, AllocatedBytes(expected, uri));
            byActual = Math.Min(byActual, AllocatedBytes(actual, uri));
        }

        Assert.Equal(byExpected, byActual);
    }

    private static long AllocatedBytes(HttpMessageInvoker invoker, Uri uri)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            HttpRequestMessage request = new(HttpMethod.Get, uri);
            _ = invoker.SendAsync(request, CancellationToken.None);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private sealed class FixedHandler(Task<HttpResponseMessage> response) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => response;
    }

    private sealed class ConstantHandler(AuthenticationHeaderValue? header) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = header;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
