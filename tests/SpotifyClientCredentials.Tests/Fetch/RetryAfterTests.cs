using SpotifyClientCredentials.Fetch;

namespace SpotifyClientCredentials.Tests.Fetch;

public sealed class RetryAfterTests
{
    private static readonly DateTimeOffset Now = new(1994, 11, 6, 8, 49, 7, TimeSpan.Zero);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1", 1)]
    [InlineData(" 120 ", 120)]
    [InlineData("86400", 86_400)]
    [InlineData("2147483647", int.MaxValue)]
    [InlineData("2147483648", int.MaxValue)]
    [InlineData("99999999999999999999999", int.MaxValue)]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT", 30)]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT", 30)]
    [InlineData("Sun Nov  6 08:49:37 1994", 30)]
    [InlineData("Tue, 15 Nov 1994 08:49:07 GMT", 9 * 86_400)]
    [InlineData("Sun, 06 Nov 1994 08:49:07 GMT", 0)]
    [InlineData("Sun, 06 Nov 1994 08:48:00 GMT", 0)]
    public void Parse_OfSecondsOrAnHttpDate_IsTheTimeLeft(string value, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryAfterHeader.Parse(value, Now));

    [Fact]
    public void Parse_OfADate_IsExactToTheTickInAnyTimeZone() => Assert.Equal(
        TimeSpan.FromSeconds(29.75),
        RetryAfterHeader.Parse("Sun, 06 Nov 1994 08:49:37 GMT", Now.AddMilliseconds(250).ToOffset(TimeSpan.FromHours(9))));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1.5")]
    [InlineData("1e3")]
    [InlineData("1, 2")]
    [InlineData("soon")]
    [InlineData("\u0663")]
    [InlineData("1994-11-06T08:49:37Z")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Mon, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sun, 31 Feb 1994 08:49:37 GMT")]
    public void Parse_OfAnythingElse_IsNull(string? value) => Assert.Null(RetryAfterHeader.Parse(value, Now));
}
