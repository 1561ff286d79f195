using SpotifyClientCredentials.Cache;

namespace SpotifyClientCredentials.Tests.Cache;

/// <summary>The decisions as tables. A null matches every value, and exactly one row matches each combination.</summary>
public sealed class RenewalPolicyTests
{
    private const bool Yes = true;
    private const bool No = false;

    private static readonly TimeSpan NoTime = TimeSpan.Zero;
    private static readonly TimeSpan Short = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(5);

    private static readonly (bool? IsDue, bool? IsInFlight, bool? IsBackoffOver, TokenUse Use)[] WithTokenTable =
    [
        (No, null, null, TokenUse.Use),
        (Yes, Yes, null, TokenUse.Use),
        (Yes, No, No, TokenUse.Use),
        (Yes, No, Yes, TokenUse.UseAndRenew),
    ];

    private static readonly (bool? HasFailed, bool? MayPassSoon, TimeSpan? TimeLeft, bool? IsInFlight, TimeSpan? BackoffLeft, TokenUse Use)[] WithoutTokenTable =
    [
        // The acquisition that the call waited for has failed, and waiting on would be useless.
        (Yes, No, null, null, null, TokenUse.Fail),
        (Yes, Yes, NoTime, null, null, TokenUse.Fail),
        (No, null, NoTime, Yes, null, TokenUse.TimeOut),
        (No, null, NoTime, No, NoTime, TokenUse.TimeOut),
        // Its failure says when the next attempt is due.
        (No, null, NoTime, No, Short, TokenUse.Fail),
        (No, null, NoTime, No, Long, TokenUse.Fail),
        (Yes, Yes, Long, Yes, null, TokenUse.Join),
        (No, null, Long, Yes, null, TokenUse.Join),
        (Yes, Yes, Long, No, NoTime, TokenUse.Start),
        (No, null, Long, No, NoTime, TokenUse.Start),
        (null, Yes, Long, No, Short, TokenUse.WaitForBackoff),
        // The next attempt lies beyond the call's time.
        (null, Yes, Long, No, Long, TokenUse.Fail),
        // The outage is older, or the failure permanent.
        (No, No, Long, No, Short, TokenUse.Fail),
        (No, No, Long, No, Long, TokenUse.Fail),
    ];

    private static readonly (bool? HasFailed, TimeSpan? TimeLeft, bool? IsInFlight, TimeSpan? BackoffLeft, TimeSpan? ForcedWait, TokenUse Use)[] WithRejectedTokenTable =
    [
        (Yes, null, null, null, null, TokenUse.Fail),
        (No, NoTime, Yes, null, null, TokenUse.TimeOut),
        (No, NoTime, No, NoTime, null, TokenUse.TimeOut),
        (No, Long, Yes, null, null, TokenUse.Join),
        // Never over a backoff, however short.
        (No, null, No, Short, null, TokenUse.Fail),
        (No, Long, No, NoTime, Short, TokenUse.FailForNow),
        (No, Long, No, NoTime, NoTime, TokenUse.Replace),
    ];

    private static readonly bool[] Either = [No, Yes];

    [Fact]
    public void WithToken_ForEachCombination_NeverWaitsAndRenewsOnlyWhatIsDue()
    {
        (bool IsDue, bool IsInFlight, bool IsOver)[] all = [.. from due in Either from inFlight in Either from over in Either select (due, inFlight, over)];
        Assert.Equal(8, all.Length);
        Assert.All(all, one =>
        {
            TokenUse expected = Assert.Single(WithTokenTable, row =>
                Matches(row.IsDue, one.IsDue) && Matches(row.IsInFlight, one.IsInFlight) && Matches(row.IsBackoffOver, one.IsOver)).Use;
            Assert.Equal(expected, RenewalPolicy.WithToken(one.IsDue, one.IsInFlight, one.IsOver ? NoTime : Short));
            Assert.Equal(expected, RenewalPolicy.WithToken(one.IsDue, one.IsInFlight, one.IsOver ? -Short : Long));
        });
    }

    [Fact]
    public void WithoutToken_ForEachCombination_WaitsAsLongAsTheOutageIsYoung()
    {
        (bool HasFailed, bool MayPassSoon, TimeSpan Left, bool IsInFlight, TimeSpan Backoff)[] all =
        [
            .. from failed in Either from mayPass in Either from left in (TimeSpan[])[NoTime, Long] from inFlight in Either
               from backoff in (TimeSpan[])[NoTime, Short, Long] select (failed, mayPass, left, inFlight, backoff),
        ];
        Assert.Equal(48, all.Length);
        Assert.All(all, one =>
        {
            TokenUse expected = Assert.Single(WithoutTokenTable, row =>
                Matches(row.HasFailed, one.HasFailed) && Matches(row.MayPassSoon, one.MayPassSoon) && Matches(row.TimeLeft, one.Left)
                && Matches(row.IsInFlight, one.IsInFlight) && Matches(row.BackoffLeft, one.Backoff)).Use;
            Assert.Equal(expected, RenewalPolicy.WithoutToken(one.Left, one.IsInFlight, one.HasFailed, one.Backoff, one.MayPassSoon));
            Assert.Equal(expected, RenewalPolicy.WithoutToken(Less(one.Left), one.IsInFlight, one.HasFailed, Less(one.Backoff), one.MayPassSoon));
        });
    }

    [Fact]
    public void WithRejectedToken_ForEachCombination_NeverWaitsOverABackoff()
    {
        (bool HasFailed, TimeSpan Left, bool IsInFlight, TimeSpan Backoff, TimeSpan Forced)[] all =
        [
            .. from failed in Either from left in (TimeSpan[])[NoTime, Long] from inFlight in Either
               from backoff in (TimeSpan[])[NoTime, Short] from forced in (TimeSpan[])[NoTime, Short] select (failed, left, inFlight, backoff, forced),
        ];
        Assert.Equal(32, all.Length);
        Assert.All(all, one =>
        {
            TokenUse expected = Assert.Single(WithRejectedTokenTable, row =>
                Matches(row.HasFailed, one.HasFailed) && Matches(row.TimeLeft, one.Left) && Matches(row.IsInFlight, one.IsInFlight)
                && Matches(row.BackoffLeft, one.Backoff) && Matches(row.ForcedWait, one.Forced)).Use;
            Assert.Equal(expected, RenewalPolicy.WithRejectedToken(one.Left, one.IsInFlight, one.HasFailed, one.Backoff, one.Forced));
            Assert.Equal(expected, RenewalPolicy.WithRejectedToken(Less(one.Left), one.IsInFlight, one.HasFailed, Less(one.Backoff), Less(one.Forced)));
        });
    }

    private static bool Matches<T>(T? expected, T actual)
        where T : struct => expected is null || expected.Value.Equals(actual);

    // What is over stays over, and what isn't stays in the same order.
    private static TimeSpan Less(TimeSpan time) => time == NoTime ? -Short : time / 2;
}
