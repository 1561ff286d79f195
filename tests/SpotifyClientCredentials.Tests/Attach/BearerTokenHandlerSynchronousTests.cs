using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using SpotifyClientCredentials.Testing;
using SpotifyClientCredentials.Tests.Support;

namespace SpotifyClientCredentials.Tests.Attach;

/// <summary><c>HttpClient.Send</c> on real sockets.</summary>
[Collection(NonParallel.Name)]
public class BearerTokenHandlerSynchronousTests
{
    [Fact]
    public async Task Send_Twice_UsesOneToken()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();

        Assert.Equal(HttpStatusCode.OK, Send(app));
        Assert.Equal(HttpStatusCode.OK, Send(app));

        Assert.Single(app.Fake.TokenRequests);
        Assert.Single(app.Authorizations.Distinct());
    }

    [Fact]
    public async Task Send_With401_RetriesItWithANewToken()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync();
        Send(app);
        app.Fake.RevokeTokens();

        Assert.Equal(HttpStatusCode.OK, Send(app));

        Assert.Equal(2, app.Fake.TokenRequests.Count);
        Assert.Equal(3, app.Fake.ApiRequests.Count);
    }

    [Fact]
    public async Task Send_OnFiftyBlockedPoolThreadsWhileTheTokenEndpointHangs_EndsEachCallWithATransientFailure()
    {
        await using SpotifyApp app = await SpotifyApp.StartAsync(configure: options => options.TokenRequestTimeout = TimeSpan.FromSeconds(1));
        app.Fake.TokenResponse = FakeResponse.NoResponse;
        using LimitedThreadPool pool = new(50);

        (Exception Thrown, TimeSpan Waited)[] ends = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() =>
        {
            long startedAt = Stopwatch.GetTimestamp();
            Exception thrown = Record.Exception(() => Send(app));
            return (thrown, Stopwatch.GetElapsedTime(startedAt));
        }))).Within();

        Assert.All(ends, end => Assert.True(Assert.IsType<TokenRequestException>(end.Thrown).IsTransient));
        // Four times the limit, to allow for a busy machine.
        Assert.All(ends, end => Assert.InRange(end.Waited, TimeSpan.Zero, TimeSpan.FromSeconds(4)));
        Assert.Empty(app.Fake.ApiRequests);
    }

    [Fact]
    public async Task Send_WhenNoTimerFires_EndsAtItsOwnDeadline()
    {
        // The clock doesn't advance, so the timer of the acquisition never fires: the same as in a thread pool without a free thread.
        await using SpotifyApp app = await SpotifyApp.StartAsync(
            new FakeTimeProvider(), options => options.TokenRequestTimeout = TimeSpan.FromMilliseconds(100));
        app.Fake.TokenResponse = FakeResponse.NoResponse;

        TokenRequestException thrown = await Assert.ThrowsAsync<TokenRequestException>(
            () => Task.Run(() => Send(app)).WaitAsync(Soon.HangLimit));

        Assert.True(thrown.IsTransient);
        Assert.Contains("TokenRequestTimeout", thrown.Message, StringComparison.Ordinal);
    }

    private static HttpStatusCode Send(SpotifyApp app)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, SpotifyApp.Track);
        using HttpResponseMessage response = app.Api.Send(request);
        return response.StatusCode;
    }
}
