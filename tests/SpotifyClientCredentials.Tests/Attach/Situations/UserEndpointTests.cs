using System.Net;

namespace SpotifyClientCredentials.Tests.Attach.Situations;

/// <summary>Calls of endpoints that need a user, and so refuse every token of an application, beside calls that need none.</summary>
public sealed class UserEndpointTests : IDisposable
{
    private const string UserPath = "me";
    private const string GoodPath = "search";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Situation _situation = new() { Accepts = (path, _) => !path.StartsWith(UserPath, StringComparison.Ordinal) };

    private IEnumerable<Call> FailedGoodCalls => _situation.FailedCalls.Where(call => call.Path == GoodPath);

    public void Dispose() => _situation.Dispose();

    // The first token, and a check of the path in each renewal window of 5 minutes.
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(600)]
    public async Task SendAsync_UserEndpointPolledBesideGoodCalls_Costs13TokenRequestsAnHour(int secondsBetweenGoodCalls)
    {
        await _situation.RunAsync(Hour, Second, second =>
            [.. Each(5, second, UserPath), .. Each(secondsBetweenGoodCalls, second - Math.Min(1, secondsBetweenGoodCalls - 1), GoodPath)]);

        Assert.Equal(13, _situation.TokenRequests);
        Assert.Empty(FailedGoodCalls);
        Assert.All(_situation.Calls.Where(call => call.Path == UserPath), call => Assert.Equal(HttpStatusCode.Unauthorized, call.Status));
    }

    // Until a good call tells that the path is the reason, the API may be rejecting everything.
    [Theory]
    [InlineData(60)]
    [InlineData(600)]
    public async Task SendAsync_UserEndpointPolledLongBeforeTheFirstGoodCall_CostsNoMoreThanAnApiThatRejectsEverything(int secondsBetweenGoodCalls)
    {
        await _situation.RunAsync(Hour, Second, second =>
            [.. Each(5, second, UserPath), .. Each(secondsBetweenGoodCalls, second - secondsBetweenGoodCalls + 1, GoodPath)]);

        Assert.InRange(_situation.TokenRequests, 13, 21);
        Assert.Empty(FailedGoodCalls);
    }

    [Fact]
    public async Task SendAsync_RevocationBesideAPolledUserEndpoint_FailsNoGoodCall()
    {
        int revoked = 0;
        _situation.Accepts = (path, token) => path == GoodPath && token > revoked;

        await _situation.RunAsync(Hour, Second, second =>
        {
            revoked = second == 1234 ? _situation.NewestToken : revoked;
            return [.. Each(5, second, UserPath), GoodPath];
        });

        Assert.Empty(FailedGoodCalls);
        Assert.Equal(14, _situation.TokenRequests);
    }

    [Fact]
    public async Task SendAsync_40UserEndpointsInTurn_CostTheBucketAndNoMore()
    {
        await _situation.RunAsync(Hour, Second, second => [GoodPath, $"{UserPath}/{second % 40}"]);

        // The first token, 4 at once, and one each 30 seconds.
        Assert.Equal(124, _situation.TokenRequests);
        Assert.Equal(124, _situation.Logs.Events(7).Count());
        Assert.Empty(FailedGoodCalls);
    }

    [Fact]
    public async Task SendAsync_OneUserEndpointWhileTheTokenEndpointIsDown_FailsNoOtherCallUntilTheMargin()
    {
        _situation.Endpoint = () => _situation.Now < Second ? EndpointState.Healthy : EndpointState.Unavailable;

        await _situation.RunAsync(Hour, Second, second => second == 120 ? [UserPath, GoodPath] : [GoodPath]);

        TimeSpan margin = Hour - TimeSpan.FromSeconds(10);
        Assert.Equal(HttpStatusCode.Unauthorized, Assert.Single(_situation.Calls, call => call.Path == UserPath).Status);
        Assert.All(FailedGoodCalls, call => Assert.True(call.At >= margin, $"failed at {call.At}"));
        Assert.Equal(10, FailedGoodCalls.Count());
    }

    private static IEnumerable<string> Each(int seconds, int second, string path) => second >= 0 && second % seconds == 0 ? [path] : [];
}
