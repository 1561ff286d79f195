using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Configure;

/// <summary>Reports what is invalid in how one client waits for the rate limit: setting, reason and remedy.</summary>
internal sealed class RateLimitOptionsValidator : IValidateOptions<SpotifyRateLimitOptions>
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, SpotifyRateLimitOptions options) => options.MaxWait >= TimeSpan.Zero && options.MaxWait <= Longest
        ? ValidateOptionsResult.Success
        : ValidateOptionsResult.Fail(
            $"{nameof(SpotifyRateLimitOptions)}.{nameof(options.MaxWait)} of the HTTP client \"{name}\" is {options.MaxWait:c}. "
                + "Set it to a time from zero to one hour, written as hours:minutes:seconds (\"00:00:05\"); a plain number such as \"5\" is read as days.");
}
