using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using RichardSzalay.MockHttp;
using SpotifyClientCredentials.Configure;
using SpotifyClientCredentials.Fetch;
using SpotifyClientCredentials.Observe;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Fetch;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Observe;

/// <summary>[B30]: the span of a token request.</summary>
[Collection(NonParallel.Name)]
public sealed class TokenRequestSpanTests : IDisposable
{
    private readonly Spans _spans = new("System.Net.Http", "caller");
    private readonly TestClock _clock = new();

    public void Dispose() => _spans.Dispose();

    [Fact]
    public async Task Span_OfARequestThatSucceeds_HasTheTagsOfAnHttpClient()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();

        (await app.GetTrackAsync()).EnsureSuccessStatusCode();
        (await app.GetTrackAsync()).EnsureSuccessStatusCode();

        Activity span = Assert.Single(_spans.Of("SpotifyClientCredentials"));
        Assert.Equal(("spotify_client_credentials.token_request", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal(
            new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["http.request.method"] = "POST",
                ["http.response.status_code"] = 200,
                ["server.address"] = "127.0.0.1",
                ["server.port"] = app.Fake.TokenEndpoint.Port,
                ["url.full"] = app.Fake.TokenEndpoint.AbsoluteUri,
            },
            _spans.Tags(1));
    }

    [Fact]
    public async Task Span_OfEachAttempt_HasItsOwnTraceAndItsFailure()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync(_clock, options => options.TokenRequestTimeout = TimeSpan.FromHours(1)); // never reached by the clock below
        app.Fake.EnqueueTokenResponse(FakeResponse.ServiceUnavailableHtml);
        Task<HttpResponseMessage> getting = app.GetTrackAsync();
        await Soon.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(100));
            return getting.IsCompleted;
        });
        (await getting).EnsureSuccessStatusCode();

        IReadOnlyList<Activity> spans = _spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName);
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset], spans.Select(span => span.Status));
        Assert.StartsWith($"The token endpoint {app.Fake.TokenEndpoint} returned 503", spans[0].StatusDescription, StringComparison.Ordinal);
        Assert.Equal((503, "503"), (_spans.Tags(1)["http.response.status_code"], _spans.Tags(1)["error.type"]));
        Assert.Equal((200, null), (_spans.Tags(2)["http.response.status_code"], _spans.Tags(2).GetValueOrDefault("error.type")));
        Assert.NotEqual(spans[0].TraceId, spans[1].TraceId);
    }

    [Fact]
    public async Task Span_WithinTheTraceOfACaller_StartsANewTraceAndIsTheParentOfNetsSpan()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        using ActivitySource source = new("caller");

        Activity caller;
        using (caller = source.StartActivity("caller")!)
        {
            (await app.GetTrackAsync()).EnsureSuccessStatusCode();
            Assert.Same(caller, Activity.Current);
        }

        Activity span = Assert.Single(_spans.Of(SpotifyClientCredentialsTelemetry.ActivitySourceName));
        Assert.Null(span.Parent);
        Assert.Equal(default, span.ParentSpanId);
        Assert.NotEqual(caller.TraceId, span.TraceId);
        Activity post = Assert.Single(_spans.Of("System.Net.Http"), http => http.GetTagItem("http.request.method") as string == "POST");
        Assert.Equal(span.SpanId, post.ParentSpanId);
        Activity get = Assert.Single(_spans.Of("System.Net.Http"), http => http.GetTagItem("http.request.method") as string == "GET");
        Assert.Equal(caller.SpanId, get.ParentSpanId);
    }

    [Fact]
    public async Task Span_OfANamedApp_HasItsName()
    {
        await using FakeSpotify fake = await FakeSpotify.StartAsync();
        await using ServiceProvider services = TestContainer.Build(services => services.AddSpotifyClientCredentials("shop", fake.Configure));

        await services.GetRequiredKeyedService<ClientCredentialsTokenProvider>("shop").GetTokenAsync();

        Assert.Equal("shop", _spans.Tags(1)["spotify_client_credentials.app"]);
    }

    [Fact]
    public async Task Span_OfAnEndpointWithAQuery_OmitsIt()
    {
        // Validation rejects such an endpoint. The span must not depend on that.
        SpotifyClientCredentialsOptions options = TestOptions.Create(options => options.TokenEndpoint = new Uri("https://[::1]:8443/token?key=value#part"));
        using MockHttpMessageHandler http = new();
        http.When("*").Respond("application/json", Responses.Good);

        await new TokenEndpointClient(http.ToHttpClient, _clock, Telemetry.Shared)
            .AcquireAsync(new AcquisitionRequest(new OptionsSnapshot(options, "", "keys"), _clock.GetTimestamp()), CancellationToken.None);

        Assert.Equal(("https://[::1]:8443/token", "::1", 8443), (_spans.Tags(1)["url.full"], _spans.Tags(1)["server.address"], _spans.Tags(1)["server.port"]));
    }

    [Fact]
    public void Source_HasTheVersionOfThePackage() =>
        Assert.Equal(("SpotifyClientCredentials", typeof(AccessToken).Assembly.GetName().Version!.ToString(3)), (Telemetry.Source.Name, Telemetry.Source.Version!.Split('-')[0]));
}
