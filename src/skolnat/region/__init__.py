"""The nouns: municipalities, schools, squares where children live, and the Region of them."""
