using SpotifyClientCredentials.Configure;

namespace SpotifyClientCredentials.Tests.Support;

internal static class TestOptions
{
    public const string ClientId = "0123456789abcdef0123456789abcdef";
    public const string ClientSecret = "s3cr3t+/s3cr3t=~&s3cr3t";

    public static SpotifyClientCredentialsOptions Create(Action<SpotifyClientCredentialsOptions>? configure = null)
    {
        SpotifyClientCredentialsOptions options = new() { ClientId = ClientId, ClientSecret = ClientSecret, TokenRequestTimeout = TimeSpan.FromSeconds(10) };
        configure?.Invoke(options);
        return options;
    }

    public static OptionsSnapshot CreateValid(Action<SpotifyClientCredentialsOptions>? configure = null) =>
        OptionsSource.Create(Create(configure)).Current;
}
