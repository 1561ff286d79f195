using SpotifyClientCredentials;

namespace CatalogWeb;

/// <summary>Gets the token before the first visitor needs it.</summary>
internal static class FirstToken
{
    /// <remarks>Wrong credentials stop the application. A transient failure doesn't: the library logs it.</remarks>
    public static async Task GetAsync(IServiceProvider services)
    {
        try
        {
            await services.GetRequiredService<ClientCredentialsTokenProvider>().GetTokenAsync();
        }
        catch (TokenRequestException e) when (e.IsTransient)
        {
        }
    }
}
