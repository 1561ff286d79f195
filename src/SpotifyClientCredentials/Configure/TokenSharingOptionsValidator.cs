using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Configure;

/// <summary>Reports everything that is wrong with how one app shares its token: the setting, what is wrong, what to do.</summary>
internal sealed class TokenSharingOptionsValidator(string appName) : IValidateOptions<TokenSharingOptions>
{
    public string AppName { get; } = appName;

    public ValidateOptionsResult Validate(string? name, TokenSharingOptions options)
    {
        if (name != AppName)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [];
        if (options.Cache is null)
        {
            failures.Add($"{Setting(nameof(options.Cache))} is missing, and no IDistributedCache is registered, so that ShareToken() has no store. "
                + "Add one that all instances reach, services.AddStackExchangeRedisCache(…) for example; services.AddDistributedMemoryCache() does for one process.");
        }

        if (SpotifyClientCredentialsOptionsValidator.FaultIn(options.StoreTimeout) is { } fault)
        {
            failures.Add($"{Setting(nameof(options.StoreTimeout))} {fault}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string Setting(string property) =>
        $"{nameof(TokenSharingOptions)}.{property}" + (AppName.Length == 0 ? "" : $" of the app \"{AppName}\"");
}
