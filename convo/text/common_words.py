"""The words that say little in any message: the glue of six languages, greetings and thanks, folded as search folds."""

from functools import cache

_ENGLISH = """
a about after again all also am an and any are as at be because been but by can could did do does dear for from get got
had has have hello help hey hi how i if in is it its just kindly know let like ll m may me my need no not of on one or
our please re s sir so some t thank thanks that the their them then there these they this those to today u up us ve very
want was we were what when where which who why will with would yes you your
"""
_GERMAN = """
aber als am an auch auf aus bei bin bis bitte da danke das dass dem den der des die dies diese dieser du durch ein eine
einem einen einer er es euch fur gibt guten hab habe haben hallo hat ich ihr ihre im in ist ja kann kein keine konnen
liebe man mein meine meinen meiner mich mir mit mochte morgen muss nach nicht noch nur ob oder schon sehr sehr sich sie
sind so tag um und uns unser vielen von vor war warum was wenn werden wie wieder will wir wird wo wurde zu zum zur
"""
_SPANISH = """
a al algo ante buenas buenos como con cual cuando de del dias donde el ella en era es esa ese esta este esto estoy favor
fue gracias ha hay he hola la las le les lo los mas me mi mis muy ni no nos o para pero por porque puede puedo que quien
quiero quisiera saludos se ser si sin sobre son soy su sus tambien tengo tiene todo tu un una uno unos y ya yo
"""
_FRENCH = """
a ai alors au aux avec avez avoir bonjour c ce ces cet cette ceci cela comment d dans de depuis des dire donc du elle en
est et etait etre faire fait il ils j je l la le les leur lui ma madame mais me merci mes moi mon monsieur n ne nous on
ont ou par pas peut peux plus pour pourquoi pouvez qu quand que quel quelle qui s sa sans se ses si son sont suis sur te
tres tu un une vais voudrais votre vous y
"""
_ITALIAN = """
a ad ai al alla anche avete buongiorno c che chi ci ciao come con cosa da dal dei del della delle di dove e ed era gli
grazie ha hai hanno ho i il in io l la le lei lo loro ma mi mia mie mio nel nella no noi non o per perche piu posso
potete prego puo quando quanto quello questa questo salve se sei si sono sta sto su sul sua suo tra tu un una uno vi voi
vorrei vostro
"""
_PORTUGUESE = """
a ao aos as bom com como da das de dia do dos e ela ele em era essa esse esta estou eu favor foi isso ja la mais mas me
meu meus minha muito na nao nas no nos o obrigada obrigado ola onde os ou para pela pelo por porque posso qual quando
que quem quero se sem ser sim sobre sua tambem tem tenho um uma voce voces
"""


@cache
def common_words() -> frozenset[str]:
    """The words, as `index_words` gives them."""
    return frozenset(f"{_ENGLISH}{_GERMAN}{_SPANISH}{_FRENCH}{_ITALIAN}{_PORTUGUESE}".split())
