namespace SpotifyClientCredentials.Tests.Attach.Situations;

/// <summary>An API that rejects tokens: some, all, for a while, or now and then by mistake.</summary>
public sealed class RejectedTokenTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Situation _situation = new();

    public void Dispose() => _situation.Dispose();

    [Fact]
    public async Task SendAsync_FourRevocations10SecondsApart_FailNoCall()
    {
        int revoked = 0;
        _situation.Accepts = (_, token) => token > revoked;

        await _situation.RunAsync(TimeSpan.FromMinutes(2), Second, second =>
        {
            revoked = second is 10 or 20 or 30 or 40 ? _situation.NewestToken : revoked;
            return Enumerable.Range(0, 10).Select(call => $"search/{call}");
        });

        Assert.Empty(_situation.FailedCalls);
        Assert.Equal(5, _situation.TokenRequests);
    }

    // The first token, its replacement, and then others after 1, 2, 4 … 256 seconds and each renewal window of 5 minutes.
    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public async Task SendAsync_ApiThatRejectsEverything_Costs21TokenRequestsAnHour(int paths)
    {
        _situation.Accepts = (_, _) => false;

        await _situation.RunAsync(TimeSpan.FromHours(1), Second, second => [$"search/{second % paths}"]);

        Assert.Equal(21, _situation.TokenRequests);
        Assert.Equal(3600, _situation.FailedCalls.Count());
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(10, 5)]
    [InlineData(60, 3)]
    public async Task SendAsync_ApiThatRefusesEverythingForAWhileAndOlderTokensForever_IsCuredSoonAfter(int refusesFor, int curedAfter)
    {
        const int RefusesFrom = 100;
        int revoked = 0;
        _situation.Accepts = (_, token) =>
        {
            bool refusesAll = _situation.Now >= RefusesFrom * Second && _situation.Now < (RefusesFrom + refusesFor) * Second;
            revoked = refusesAll ? _situation.NewestToken : revoked;
            return !refusesAll && token > revoked;
        };

        await _situation.RunAsync(TimeSpan.FromMinutes(10), Second, second => [$"search/{second % 10}"]);

        Assert.Equal(
            Enumerable.Range(RefusesFrom, refusesFor + curedAfter).Select(second => second * Second),
            _situation.FailedCalls.Select(call => call.At));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.1)]
    public async Task SendAsync_GatewayThatRejectsEvery20thRequest_FailsNoneOf200Calls(double secondsBetweenCalls)
    {
        int received = 0;
        _situation.Accepts = (_, _) => ++received % 20 != 0;

        await _situation.RunAsync(200 * secondsBetweenCalls * Second, secondsBetweenCalls * Second, _ => ["search"]);

        Assert.Equal(200, _situation.Calls.Count);
        Assert.Empty(_situation.FailedCalls);
    }
}
